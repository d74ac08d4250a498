internal import Glibc

/// The hidden names under which files are prepared before they are renamed into place.
package enum TemporaryName {
  /// A name beside `name` that no other process uses.
  static func make(for name: some StringProtocol) -> String {
    ".\(name).\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
  }

  /// Whether the file called `name` was left behind by a process that has ended. (One on another machine, that shares the
  /// folder, counts as ended: it will miss its file and go on without.)
  package static func isAbandoned(_ name: String) -> Bool {
    guard let match = name.wholeMatch(of: /\..*\.([0-9]{1,9})-[0-9]+\.tmp/), let process = Int32(match.1) else {
      return false
    }
    return kill(process, 0) != 0 && errno == ESRCH
  }
}
