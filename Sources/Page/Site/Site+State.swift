internal import Cache
internal import Files
internal import Foundation
internal import HummingbirdCore
internal import Images
internal import Jobs
internal import Pages
internal import Spool

// How Easel itself is.
extension Site {
  func state(_ request: PageRequest) async -> Response {
    let frame = await frame("State", .state)
    let parts = await board.current()
    let report = await board.report
    var daemon = [Fact("running", report?.daemon.running == true ? "yes" : "no")]
    if let process = report?.daemon.processIdentifier { daemon.append(Fact("process", "\(process)")) }
    if let start = report?.daemon.startedAt { daemon.append(Fact("since", at: start)) }
    daemon += counts
    let groups: [(String, [Fact])] = [
      ("Daemon", daemon), ("Disk", disk), ("Cache", cache),
      ("Versions", [Fact("Easel", Version.current), Fact("reads", ImageFormat.readable), Fact("system", Self.system)]),
    ]
    let view: [String: Any] = [
      "daemon": parts[.daemon]?.html ?? "",
      "groups": groups.map { ["title": $0.0, "facts": $0.1.map(\.view)] as [String: Any] },
    ]
    return .html(frame.render(.state, view))
  }

  private struct Fact {
    let view: [String: Any]

    init(_ name: String, _ value: String) { view = ["name": name, "value": value] }

    init(_ name: String, at date: Date) {
      let stamp = Stamp(date)
      view = ["name": name, "value": stamp.words, "stamp": stamp.stamp]
    }
  }

  private var disk: [Fact] {
    let places = [
      ("outbox", configuration.outbox), ("inbox", configuration.inbox.folder), ("styles", configuration.styles),
    ]
    return places.map { name, path in
      let free = (try? FileSystem.freeSpace(path)).map { "\(ByteSize(bytes: $0.bytes).words) free" } ?? "not there"
      return Fact(name, "\(path), \(free)")
    } + [Fact("no job starts below", ByteSize(bytes: configuration.minFreeBytes).words)]
  }

  private var cache: [Fact] {
    let entries = CacheFolder(directory: configuration.cache).entries()
    let bytes = entries.reduce(0) { $0 + $1.bytes }
    let kinds = Dictionary(grouping: entries, by: \.kind.rawValue).sorted { $0.key < $1.key }
    return [
      Fact(
        "in all",
        "\(entries.count) entries, \(ByteSize(bytes: bytes).words) of \(ByteSize(bytes: configuration.cacheBudgetBytes).words)"
      )
    ] + kinds.map { Fact($0.key, "\($0.value.count), \(ByteSize(bytes: $0.value.reduce(0) { $0 + $1.bytes }).words)") }
  }

  /// From the daemon's figures for Prometheus: what it has done since its start.
  private var counts: [Fact] {
    let file = Spool(outbox: configuration.outbox).jobs.appending("easel.prom")
    guard let bytes = (try? FileSystem.contents(file)) ?? nil else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
    let values = lines.reduce(into: [Substring: Substring]()) { values, line in
      let words = line.split(separator: " ")
      if words.count == 2 { values[words[0]] = words[1] }
    }
    return [
      ("done since then", "easel_jobs_finished_total{state=\"done\"}"),
      ("failed since then", "easel_jobs_finished_total{state=\"failed\"}"),
      ("evaluations", "easel_evaluations_total"), ("found in the cache", "easel_cache_hits_total"),
      ("not found there", "easel_cache_misses_total"),
    ].compactMap { name, key in values[Substring(key)].map { Fact(name, String($0)) } }
  }

  private static var system: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    func text(_ field: some Any) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return "\(text(name.sysname)) \(text(name.release)), \(text(name.machine))"
  }
}
