package import Files

/// Which files are settings by their names, and which only look so.
package enum SettingsName {
  private static let extensions: Set<String> = ["yaml", "yml", "json"]
  /// What photo services and programs write files beside, `cat.jpg.json`, also where Easel reads no such pictures.
  private static let mediaExtensions = FileRole.pictureExtensions.union([
    "gif", "bmp", "dng", "raw", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2", "mp", "mp4", "mov", "m4v", "avi",
  ])
  /// What Google puts between a photo's name and `.json`, cut off at any letter.
  private static let supplement = "supplemental-metadata"
  /// Files about albums, of the same.
  private static let albumFiles: Set<String> = [
    "metadata", "manifest", "print-subscriptions", "shared_album_comments", "user-generated-memory-titles",
  ]

  static func isExtension(_ text: String) -> Bool { extensions.contains(text.lowercased()) }

  /// The job of a settings file; nil for files that are none.
  static func job(of name: FileName) -> String? {
    let (stem, ending) = split(name.description)
    guard let ending, isExtension(ending), whyNot(stem, ending) == nil else { return nil }
    return stem
  }

  static func isJSON(_ name: FileName) -> Bool { split(name.description).ending?.lowercased() == "json" }

  /// Why a file that ends like one is no settings file, for people; nil for all others.
  static func whyNot(_ name: FileName) -> String? {
    let (stem, ending) = split(name.description)
    guard let ending, isExtension(ending) else { return nil }
    return whyNot(stem, ending)
  }

  private static func whyNot(_ stem: String, _ ending: String) -> String? {
    if isExtension(split(stem).ending ?? "") { return "it has two endings" }
    if isBesidePicture(stem) || (ending.lowercased() == "json" && albumFiles.contains(stem.lowercased())) {
      return "what another program has written about pictures; settings are called NAME.yaml"
    }
    guard isConflictCopy(stem) else { return nil }
    return "one of two versions that a sync program could not make one of; remove it, or put it in place of the other"
  }

  /// `cat.jpg`, `cat.jpg.supplemental-met`, `cat.jpg(2)`.
  private static func isBesidePicture(_ stem: String) -> Bool {
    let (photo, ending) = split(withoutNumber(stem))
    guard let ending else { return false }
    if mediaExtensions.contains(ending.lowercased()) { return true }
    return supplement.hasPrefix(ending.lowercased()) && isBesidePicture(photo)
  }

  /// `cat (conflicted copy 2026-01-31 120000)` of Nextcloud, with a name before it of Dropbox,
  /// `cat_conflict-20260131-120000` of ownCloud.
  private static func isConflictCopy(_ stem: String) -> Bool {
    let lowercased = stem.lowercased()
    return lowercased.contains("conflicted copy") || lowercased.contains(/_conflict-[0-9]{8}-[0-9]{6}/)
  }

  /// Without the `(2)` at the end that tells copies apart.
  private static func withoutNumber(_ text: String) -> String {
    guard text.last == ")", let open = text.lastIndex(of: "(") else { return text }
    let isNumber = text[text.index(after: open)...].dropLast().allSatisfy(\.isNumber)
    return isNumber ? trimmed(String(text[..<open])) : text
  }

  /// Without the last ending, and that; none for a name that begins with its only dot.
  static func split(_ text: String) -> (stem: String, ending: String?) {
    guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return (text, nil) }
    return (String(text[..<dot]), String(text[text.index(after: dot)...]))
  }
}

// Near misses.
extension SettingsName {
  /// What editors and people put behind the ending.
  private static let editorEndings: Set<String> = [
    "txt", "text", "rtf", "doc", "docx", "odt", "md", "bak", "save", "orig",
  ]

  /// How a file was to be called that looks like settings and is not called so: `cat.yaml` for `cat.yaml.txt`,
  /// `cat.yaml.yaml`, `cat.ymal` and `cat.yaml.`, in a folder `settings.yaml` for `settings` and `settings.txt`.
  package static func meant(by name: FileName, inFolder: Bool) -> String? {
    let text = name.description
    if job(of: name) != nil { return nil }
    var stem = withoutNumber(trimmed(text))
    while let ending = split(stem).ending, editorEndings.contains(ending.lowercased()) {
      stem = trimmed(split(stem).stem)
    }
    if inFolder, stem.lowercased() == "settings" { return "settings.yaml" }
    guard let ending = split(stem).ending else { return nil }
    if isExtension(ending) {
      var job = split(stem).stem
      while isExtension(split(job).ending ?? "") { job = split(job).stem }
      return whyNot(job, ending) == nil && "\(job).\(ending)" != text ? "\(job).\(ending)" : nil
    }
    return SettingsSpelling.distance(ending.lowercased(), "yaml") == 1 ? "\(split(stem).stem).yaml" : nil
  }

  /// Without the spaces and dots at the end that some systems do not show.
  static func trimmed(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " || $0 == "." }.reversed())
  }
}
