package import Files

/// Which names in the inbox are nobody's: files still being written by a program, what systems leave behind, and what
/// tells people about the folder.
package enum IgnoreRules {
  private static let suffixes = ["~", ".swp", ":zone.identifier", "\u{F03A}zone.identifier"]
  private static let prefixes = [".", "~$"]
  private static let names: Set<String> = [
    "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "icon\r", "readme", "readme.md", "readme.txt",
    // Folders of systems and file servers: what was deleted, thumbnails, what a check of the disk has found.
    "$recycle.bin", "recycler", "recycled", "#recycle", "@recycle", "@recently-snapshot", "#snapshot", "@eadir",
    "network trash folder", "temporary items", "system volume information", "lost+found",
  ]

  package static func ignores(_ name: FileName) -> Bool {
    let lowercased = String(decoding: name.bytes, as: UTF8.self).lowercased()
    return names.contains(lowercased)
      || prefixes.contains { lowercased.hasPrefix($0) }
      || suffixes.contains { lowercased.hasSuffix($0) }
      || lowercased.contains(".sync-conflict-") || Transfer.isUnderWay(name)
  }
}
