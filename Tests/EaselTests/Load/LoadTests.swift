import Foundation
import Spool
import Testing

/// Many jobs, and none at all.
@Suite(.serialized) struct LoadTests {
  @Test func manyJobsAtOnceAreDoneInOrderWithFlatMemory() async throws {
    let count = Soak.isOn ? 500 : 60
    let daemon = try TestDaemon()
    try await daemon.start()
    let start = try Usage(daemon)
    try daemon.drop(job: "wait", settings: "priority: 100")
    try await daemon.wait(for: "the worker") { daemon.calls.count == 1 }
    for number in 0..<count { try daemon.drop(job: "job\(number)", settings: "priority: \(number * 7 % 5)") }
    try await daemon.wait(for: "all jobs in the queue", limit: .seconds(300)) { daemon.records.count == count + 1 }
    let order = daemon.records.sorted { (-$0.priority, $0.id) < (-$1.priority, $1.id) }.map(\.name)
    let full = try Usage(daemon)
    try daemon.folder.write("", to: "go")
    try await daemon.wait(for: "half of them", limit: .seconds(600)) { daemon.published.count > count / 2 }
    let middle = try Usage(daemon)
    let names = ["wait"] + (0..<count).map { "job\($0)" }
    try await daemon.waitUntilPublished(names, limit: .seconds(600))
    let end = try Usage(daemon)
    #expect(daemon.calls.map { String($0.prefix { $0 != " " }) } == order)
    #expect(daemon.left == [])
    #expect(end.residentBytes < full.residentBytes + 8 << 20, "\(full) \(middle) \(end)")
    Soak.say("\(count) jobs: resident at the start \(start), queued \(full), half done \(middle), done \(end)")
    await daemon.stop()
  }

  @Test func idlingCostsNoProcessorTime() async throws {
    // With the times that people have, but a job behind it.
    let daemon = try TestDaemon(
      settings: "settle: 1s\nsidecar_grace: 10s\nrescan_interval: 300s\npolling: auto\npolling_interval: 5s")
    try await daemon.start()
    try daemon.drop(job: "cat")
    try await daemon.waitUntilPublished(["cat"])
    let seconds = Soak.isOn ? 60.0 : 4
    let before = try Usage(daemon)
    try await Task.sleep(for: .seconds(seconds))
    let used = try Usage(daemon).processorSeconds - before.processorSeconds
    #expect(used <= 0.01 * seconds, "\(used) s of processor time in \(seconds) s")
    Soak.say("\(used) s of processor time in \(seconds) s of idling")
    await daemon.stop()
  }

  @Test(.enabled(if: Soak.isOn, "takes long")) func manyPaintingsLeaveTheDaemonAsItWas() async throws {
    let count = 30
    let daemon = try TestDaemon(hasFakeWorker: false)
    try await daemon.start()
    let names = (0..<count).map { "job\($0)" }
    for (number, name) in names.enumerated() { try daemon.drop(painting: name, variant: number) }
    try await daemon.wait(for: "some of them", limit: .seconds(300)) { daemon.published.count > 3 }
    let early = try Usage(daemon)
    try await daemon.waitUntilPublished(names, limit: .seconds(600))
    let end = try Usage(daemon)
    #expect(end.residentBytes < early.residentBytes + 8 << 20)
    Soak.say("\(count) paintings: resident after some \(early), at the end \(end)")
    await daemon.stop()
  }
}

/// What a running daemon costs.
private struct Usage: CustomStringConvertible {
  let residentBytes: Int
  let highestBytes: Int
  let processorSeconds: Double

  init(_ daemon: TestDaemon) throws {
    let process = daemon.program.processIdentifier
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    func kibibytes(_ key: String) -> Int {
      let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") } ?? ""
      return Int(line.filter(\.isNumber)) ?? 0
    }
    residentBytes = kibibytes("VmRSS") << 10
    highestBytes = kibibytes("VmHWM") << 10
    // The fields after the program's name in parentheses; user and system time are the 14th and 15th of all.
    let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let fields = stat[stat.lastIndex(of: ")")!...].split(separator: " ")
    processorSeconds = (Double(fields[12])! + Double(fields[13])!) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  var description: String { "\(residentBytes >> 10) KiB (at most \(highestBytes >> 10))" }
}
