internal import Files

/// `cells/0007.json` in the directory of a folder's job: what has become of its job number 7. Beside it lies the picture, if there is
/// one: people may take its folder out of the outbox before the contact sheet is made.
///
/// It counts only when that job's own directory is gone: it is written just before the job is published, and again when that is cut
/// off in the middle.
package struct CellResult: Codable, Hashable, Sendable {
  /// In the outbox.
  package var folder: String
  package var failed: Bool
  /// Why it has failed, for people.
  package var message: String?
  /// The picture's name beside this file.
  package var picture: String?
}

extension SpooledJob {
  /// How many of a folder's jobs have ended, about: one that is being published counts already. Nil when these are no news.
  package var finishedCells: (count: Int, all: Int)? {
    guard record.state == .gathering, let cells = record.batch?.cells else { return nil }
    let files = (try? directory.cellsPath.names()) ?? []
    return (files.count { $0.description.hasSuffix(".json") && $0.bytes.first != UInt8(ascii: ".") }, cells.count)
  }
}

extension JobDirectory {
  /// Nil while the cell's job is not done.
  ///
  /// - Throws: a `FileError`, or a `JSONFileError` for what is no result.
  package func readCell(_ number: Int) throws -> CellResult? {
    try JSONFile.read(cellsPath.appending(Self.cellFile(number)))
  }

  func write(_ result: CellResult, ofCell number: Int) throws {
    try JSONFile.write(result, to: cellsPath.appending(Self.cellFile(number)))
  }

  static func cellFile(_ number: Int, _ ending: String = "json") -> String {
    String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number).\(ending)"
  }
}
