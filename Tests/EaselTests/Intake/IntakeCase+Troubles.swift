import Foundation
import Testing

extension IntakeCase {
  /// What goes wrong around the inbox, and must come right by itself.
  static let troubles: [IntakeCase] = [
    IntakeCase(
      name: "unreadable, then made readable", isPowerless: true,
      before: { daemon in
        try daemon.drop(job: "cat")
        try setMode(0o000, daemon)
      },
      act: { daemon in
        try await Task.sleep(for: .milliseconds(600))
        #expect(daemon.records.isEmpty && daemon.published.isEmpty)
        try setMode(0o644, daemon)
      }),
    IntakeCase(
      name: "watches that are silent", settings: "rescan_interval: 300ms", watchesAreSilent: true,
      act: { try $0.drop(job: "cat") }),
    IntakeCase(
      name: "a network file system, as configured", settings: "polling: on\npolling_interval: 100ms",
      watchesAreSilent: true, act: { try $0.drop(job: "cat") }),
    IntakeCase(
      name: "the inbox removed and made again", published: ["cat", "dog"],
      act: { daemon in
        try daemon.drop(job: "cat")
        try await daemon.waitUntilPublished(["cat"])
        try FileManager.default.removeItem(atPath: daemon.inbox)
        try await daemon.wait(for: "the trouble") {
          try daemon.spool.readDaemon()?.troubles.contains { $0.contains("the inbox cannot be read") } == true
        }
        try FileManager.default.createDirectory(atPath: daemon.inbox, withIntermediateDirectories: false)
        try daemon.drop(job: "dog")
      }),
    IntakeCase(
      name: "2,000 files at once and more events than the kernel keeps", published: ["a", "b", "c"],
      left: crowd(0..<1991),
      act: { daemon in
        daemon.program.send(SIGSTOP)
        try overflow(daemon)
        for name in ["a", "b", "c"] { try daemon.drop(job: name) }
        daemon.program.send(SIGCONT)
      }),
    IntakeCase(
      name: "more jobs than the queue takes", published: (10..<30).map { "job\($0)" }, settings: "queue_limit: 3",
      act: { daemon in
        for number in 10..<30 { try daemon.drop(job: "job\(number)") }
        try await daemon.wait(for: "the first") { !daemon.published.isEmpty }
        #expect(daemon.records.count <= 3)
      }),
  ]

  private static func setMode(_ mode: Int, _ daemon: TestDaemon) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: daemon.inbox + "/cat.style.jpg")
  }

  private static func crowd(_ numbers: Range<Int>) -> [String] { numbers.map { "photo\($0).jpg" } }

  /// Writes many files, and moves them to and fro until no event more can wait: the last ones are lost.
  private static func overflow(_ daemon: TestDaemon) throws {
    let names = crowd(0..<1991)
    for name in names { try daemon.drop("x", as: name) }
    let limit = FileManager.default.contents(atPath: "/proc/sys/fs/inotify/max_queued_events")
    let events = try #require(limit.flatMap { Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) })
    var made = 2 * names.count
    while made <= events {
      for name in names {
        let path = daemon.inbox + "/" + name
        try #require(rename(path, path + "~") == 0 && rename(path + "~", path) == 0)
      }
      made += 4 * names.count
    }
  }
}
