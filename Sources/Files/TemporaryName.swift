internal import Glibc

/// The hidden names under which files are prepared before they are renamed into place: `.NAME.PROCESS-NUMBER.tmp`.
package enum TemporaryName {
  /// Beside `path`, and no other process's. Long names are cut off, so that there is room for the rest within the 255 bytes of a
  /// file name.
  package static func make(for path: Path) -> Path {
    let ending = ".\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
    return path.folder.appending(FileName(Array(".".utf8) + path.lastName.bytes.prefix(220) + Array(ending.utf8)))
  }

  /// Whether the file called `name` was left behind by a process that has ended. (One on another machine, that shares the
  /// folder, counts as ended: it will miss its file and go on without.)
  package static func isAbandoned(_ name: FileName) -> Bool {
    guard let process = process(in: name) else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  /// Whether `name` is one of these.
  package static func matches(_ name: FileName) -> Bool { process(in: name) != nil }

  private static func process(in name: FileName) -> Int32? {
    name.description.wholeMatch(of: /\..*\.([0-9]{1,9})-[0-9]+\.tmp/).flatMap { Int32($0.1) }
  }
}
