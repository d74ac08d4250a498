internal import Glibc

/// The hidden names under which files are prepared before they are renamed into place: `.NAME.PROCESS-MACHINE-NUMBER.tmp`.
package enum TemporaryName {
  /// Beside `path`, and no other process's. Long names are cut off, so that there is room for the rest within the 255 bytes of a
  /// file name.
  package static func make(for path: Path) -> Path {
    let ending = ".\(getpid())-\(machine)-\(UInt32.random(in: .min ... .max)).tmp"
    return path.folder.appending(FileName(Array(".".utf8) + path.lastName.bytes.prefix(220) + Array(ending.utf8)))
  }

  /// Whether the file called `name` was left behind by a process that has ended. Of one on another machine, that shares the
  /// folder, that cannot be known: it counts as alive.
  package static func isAbandoned(_ name: FileName) -> Bool {
    guard let owner = owner(of: name), owner.machine == nil || owner.machine == machine else { return false }
    return kill(owner.process, 0) != 0 && errno == ESRCH
  }

  /// Whether `name` is one of these.
  package static func matches(_ name: FileName) -> Bool { owner(of: name) != nil }

  /// Names of before have no machine.
  private static func owner(of name: FileName) -> (process: Int32, machine: String?)? {
    guard let match = name.description.wholeMatch(of: /\..*\.([0-9]{1,9})(?:-([0-9a-f]{8}))?-[0-9]+\.tmp/),
      let process = Int32(match.1)
    else { return nil }
    return (process, match.2.map(String.init))
  }

  /// Tells this machine from others: eight hexadecimal digits of its name's digest.
  private static let machine = String(SHA256Digest.hexadecimal(of: Array(Machine.name.utf8)).prefix(8))
}
