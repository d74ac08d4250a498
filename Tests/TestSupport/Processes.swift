internal import Foundation

/// The processes of this machine.
package enum Processes {
  /// Those that run, with `program` in their command line, and with a parent where one is given.
  package static func running(_ program: String, startedBy parent: Int32? = nil) -> [Int32] {
    let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    return numbers.filter { number in
      guard commandLine(number).contains(where: { $0.hasSuffix(program) }) else { return false }
      return parent == nil || text("/proc/\(number)/status").contains("\nPPid:\t\(parent!)\n")
    }
  }

  /// Empty for one that has ended.
  private static func commandLine(_ number: Int32) -> [Substring] {
    text("/proc/\(number)/cmdline").split(separator: "\0")
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// The built program of this name: it lies beside the test bundle.
  package static func built(_ name: String) -> String {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: name).path
  }
}
