package import Files

/// What a file in the inbox is for, by its name alone.
package enum FileRole: Hashable, Sendable {
  /// `JOB.content.jpg` or `JOB.style.jpg`; within a folder also `content.jpg`, with an empty job. The number is that of
  /// `JOB.style2.jpg`.
  case input(InputRole, job: String, number: Int? = nil)
  /// `JOB.yaml`, or `settings.yaml` within a folder.
  case settings(job: String)
  /// A picture that takes part only when a settings file names it.
  case picture
  case other

  /// What is in the file decides how it is read; these are the names that such files have.
  package static let pictureExtensions: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "jif", "png", "webp", "heic", "heif", "hif", "avif", "tif", "tiff",
  ]
  /// The usual ones, for people.
  static let pictureEndings = ".jpg, .png, .webp, .heic, .avif or .tiff"

  package init(_ name: FileName) {
    let text = name.description
    guard let dot = text.lastIndex(of: "."), dot != text.startIndex else {
      self = .other
      return
    }
    let stem = text[..<dot]
    let fileExtension = text[text.index(after: dot)...].lowercased()
    if SettingsName.isExtension(fileExtension) {
      self = SettingsName.job(of: name).map { .settings(job: $0) } ?? .other
    } else if Self.pictureExtensions.contains(fileExtension) {
      self = Self.picture(stem)
    } else {
      self = .other
    }
  }

  package static func isPicture(_ name: FileName) -> Bool {
    switch FileRole(name) {
    case .input, .picture: true
    case .settings, .other: false
    }
  }

  private static func picture(_ stem: Substring) -> FileRole {
    let name = stem.dropLast(stem.reversed().prefix { "0123456789".contains($0) }.count)
    let number = Int(stem[name.endIndex...])
    for role in InputRole.allCases {
      if let job = job(of: stem, role: role.rawValue) { return .input(role, job: job) }
      guard role.isNumbered, let number, number < 1000, let job = job(of: name, role: role.rawValue) else { continue }
      return .input(role, job: job, number: number)
    }
    return .picture
  }

  /// `cat` for `cat.content`, nothing for `content` alone, nil for other stems.
  private static func job(of stem: Substring, role: String) -> String? {
    guard stem.lowercased().hasSuffix(role) else { return nil }
    let job = stem.dropLast(role.count)
    if job.isEmpty { return "" }
    return job.last == "." && job.count > 1 ? String(job.dropLast()) : nil
  }
}
