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
    guard let process = process(in: name) else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  /// Whether `name` is one of these.
  package static func matches(_ name: String) -> Bool { process(in: name) != nil }

  private static func process(in name: String) -> Int32? {
    name.wholeMatch(of: /\..*\.([0-9]{1,9})-[0-9]+\.tmp/).flatMap { Int32($0.1) }
  }
}
