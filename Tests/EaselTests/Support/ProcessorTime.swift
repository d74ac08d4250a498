import Foundation

/// How much processor time a process has used, in seconds.
struct ProcessorTime {
  let own: Double
  /// Of children that have ended.
  let children: Double

  init(of process: Int32) throws {
    let line = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    // Its second field, the program's name, may hold anything.
    let fields = line[line.lastIndex(of: ")")!...].split(separator: " ")
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    own = (Double(fields[12])! + Double(fields[13])!) / ticks
    children = (Double(fields[14])! + Double(fields[15])!) / ticks
  }
}
