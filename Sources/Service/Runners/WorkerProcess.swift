import Files
import Foundation
import Spool

/// A process, known by its number and its start: the number alone may belong to somebody else by now.
package struct WorkerProcess: Hashable, Sendable {
  package let number: Int32
  /// In clock ticks since the machine's start.
  package let startTicks: UInt64

  /// The process that has the number now; nil when there is none, or only what its parent has not yet taken note of.
  package init?(number: Int32) {
    guard number > 1, let line = try? FileSystem.contents(Path("/proc/\(number)/stat")),
      let fields = Self.fields(String(decoding: line, as: UTF8.self)), fields[0] != "Z", fields[0] != "X",
      let ticks = UInt64(fields[19])
    else { return nil }
    (self.number, startTicks) = (number, ticks)
  }

  /// The fields of /proc/PID/stat from the third on, which is the state; the 22nd is the start. The second is the program's
  /// name, which may hold anything.
  private static func fields(_ line: String) -> [Substring]? {
    guard let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? fields : nil
  }
}

// As text, for a job's record.
extension WorkerProcess {
  package init?(handle: String) {
    let parts = handle.split(separator: " ")
    guard parts.count == 2, let number = Int32(parts[0]), let ticks = UInt64(parts[1]), number > 1 else { return nil }
    (self.number, startTicks) = (number, ticks)
  }

  package var handle: String { "\(number) \(startTicks)" }
}

extension WorkerProcess {
  var isAlive: Bool { WorkerProcess(number: number) == self }

  /// Whether its command line names the job. After a restart of the machine number and start may both be another's.
  func works(on job: JobDirectory) -> Bool {
    guard let line = try? FileSystem.contents(Path("/proc/\(number)/cmdline")) else { return false }
    return String(decoding: line, as: UTF8.self).contains(job.id)
  }

  /// To all that it has started too, where it leads a group of its own.
  func send(_ signal: Int32) {
    guard isAlive else { return }
    kill(getpgid(number) == number ? -number : number, signal)
  }
}
