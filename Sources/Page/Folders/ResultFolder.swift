internal import Files
internal import Foundation
internal import Jobs
internal import Pages

/// A folder in the outbox as it was looked into. What it is asked for it looks up in its lists of names: no path is made of what somebody
/// has sent, and no link is followed.
struct ResultFolder: ~Copyable {
  private static let longestReport = 16 << 20
  private static let deepest = 3
  private static let mostFiles = 3000

  let entry: OutboxIndex.Entry
  private let folder: OpenFolder
  private let names: [FileName]

  /// - Throws: a `FileError` when it has gone, or is no folder any more.
  init(_ entry: OutboxIndex.Entry, in outbox: Path) throws(FileError) {
    let opened = try OpenFolder(outbox).folder(entry.name)
    names = try opened.names()
    folder = opened
    self.entry = entry
  }

  /// - Parameter path: names from the folder on.
  /// - Throws: a `FileError`; its `code` is ENOENT for what is not there, and for hidden files.
  func file(_ path: [FileName]) throws(FileError) -> ServedFile {
    try Self.file(path[...], in: folder)
  }

  private static func file(_ path: ArraySlice<FileName>, in folder: borrowing OpenFolder) throws(FileError)
    -> ServedFile
  {
    guard let name = path.first, name.bytes.first != UInt8(ascii: "."), try folder.names().contains(name) else {
      throw FileError("open", Path(bytes: path.first?.bytes ?? []), code: ENOENT)
    }
    guard path.count > 1 else { return try ServedFile(folder.file(name), named: name) }
    return try file(path.dropFirst(), in: folder.folder(name))
  }

  /// `report.json`; nil where it is damaged or missing.
  var reportBytes: [UInt8]? { try? file([FileName("report.json")]).contents(limitBytes: Self.longestReport) }

  /// A text file of it, as `settings.yaml`.
  func text(_ path: FileName...) -> [UInt8]? { try? file(path).contents(limitBytes: SettingsDocument.sizeLimitBytes) }

  /// The painted picture, or the contact sheet; nil where there is none.
  func picture(named jobName: String?) -> FileName? {
    let stems = [jobName, entry.title, Self.withoutNumber(entry.title)].compactMap(\.self)
    let endings = Settings.OutputFormat.allCases.map(\.fileExtension)
    let wanted = stems.flatMap { stem in endings.map { "\(stem).\($0)" } + ["\(stem).contact-sheet.png"] }
    return wanted.map { FileName($0) }.first { names.contains($0) && isFile($0) }
  }

  /// Of an animation.
  func animation(named jobName: String?) -> FileName? {
    let stems = [jobName, entry.title, Self.withoutNumber(entry.title)].compactMap(\.self)
    let wanted = stems.flatMap { stem in
      Settings.AnimationFormat.allCases.map { FileName("\(stem).\($0.fileExtension)") }
    }
    return wanted.first { names.contains($0) && isFile($0) }
  }

  /// `cat` for the `cat-2` that a second job of that name is published as.
  private static func withoutNumber(_ title: String) -> String? {
    title.wholeMatch(of: /(.+)-[0-9]+/).map { String($0.1) }
  }

  private func isFile(_ name: FileName) -> Bool { folder.status(name)?.kind == .regular }

  /// The names in `inputs`.
  var inputs: [FileName] {
    guard let inner = try? folder.folder(FileName("inputs")) else { return [] }
    return (try? inner.names())?.filter { inner.status($0)?.kind == .regular && $0.bytes.first != UInt8(ascii: ".") }
      ?? []
  }

  /// All files, with their paths from here and their sizes.
  var files: [(path: [FileName], bytes: Int64)] {
    var found: [(path: [FileName], bytes: Int64)] = []
    Self.list(folder, [], &found)
    return found
  }

  private static func list(
    _ folder: borrowing OpenFolder, _ path: [FileName], _ found: inout [(path: [FileName], bytes: Int64)]
  ) {
    for name in (try? folder.names()) ?? [] where name.bytes.first != UInt8(ascii: ".") && found.count < mostFiles {
      guard let status = folder.status(name) else { continue }
      if status.kind == .regular { found.append((path + [name], status.identity.sizeBytes)) }
      if status.kind == .folder, path.count < deepest, let inner = try? folder.folder(name) {
        list(inner, path + [name], &found)
      }
    }
  }
}
