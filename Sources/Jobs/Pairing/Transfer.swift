package import Files

/// Names of files that are still on their way.
package enum Transfer {
  /// What programs put behind the name of what they are still writing, in lower case.
  static let suffixes = [
    ".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", ".tmp", ".temp", ".aria2", ".!qb",
    ".!ut", ".bc!", ".icloud",
  ]
  /// Of these the first ones stand beside the file itself, which may have its full size, or be nothing yet.
  private static let companionSuffixes = suffixes.filter { ![".tmp", ".temp", ".icloud"].contains($0) }

  /// Whether a program has called it so until it is complete, and will give it another name then.
  package static func isUnderWay(_ name: FileName) -> Bool {
    let text = name.description.lowercased()
    return suffixes.contains { text.hasSuffix($0) } || (text.hasPrefix(".") ? isHiddenTransfer(text) : isSafeSave(text))
  }

  /// rsync's `.cat.jpg.Xa81bQ` and `.~tmp~`, Nextcloud's `.cat.jpg.~1a2b3c`, GNOME's `.goutputstream-Xa81bQ`, Android's
  /// `.pending-1700000000-cat.jpg`.
  private static func isHiddenTransfer(_ text: String) -> Bool {
    let ending = SettingsName.split(text).ending ?? ""
    return ending.utf8.count == 6 && ending.utf8.allSatisfy(isLetterOrDigit) || ending.hasPrefix("~")
      || [".~tmp~", ".rsync-partial", ".goutputstream-", ".pending-"].contains { text.hasPrefix($0) }
  }

  /// macOS's `cat.yaml.sb-1a2b3c4d-Xa81bQ`.
  private static func isSafeSave(_ text: String) -> Bool {
    let parts = (SettingsName.split(text).ending ?? "").split(separator: "-")
    return parts.count == 3 && parts[0] == "sb" && parts[1].utf8.count == 8 && parts[2].utf8.count == 6
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// For each file that a download is not done with: what says so, a file of its name with another ending.
  package static func companions(in names: [FileName]) -> [FileName: FileName] {
    var companions: [FileName: FileName] = [:]
    for name in names {
      let lowercased = String(decoding: name.bytes, as: UTF8.self).lowercased()
      guard let suffix = companionSuffixes.first(where: { lowercased.hasSuffix($0) }) else { continue }
      companions[FileName(Array(name.bytes.dropLast(suffix.utf8.count)))] = name
    }
    return companions
  }
}
