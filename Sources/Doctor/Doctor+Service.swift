internal import Files
internal import Service
internal import Spool

// The daemon, and who starts it.
extension Doctor {
  private static let unit = "easel.service"

  func serviceFindings() async -> [Finding] {
    var findings: [Finding] = []
    if configuration.settingsFile != nil { findings += await unitFindings() }
    let spool = Spool(outbox: configuration.outbox)
    do { try spool.checkVisibility() } catch { return findings + [.note("daemon", "\(error)")] }
    guard spool.isServed else {
      let start = configuration.settingsFile.map { "easel watch --config \($0)" } ?? "easel watch"
      return findings
        + (findings.contains { $0.level == .wrong }
          ? [] : [.note("daemon", "none runs on \(configuration.outbox)", advice: "start one: \(start)")])
    }
    let record = try? spool.readDaemon()
    findings.append(.ok("daemon", "runs" + (record.map { " as process \($0.processIdentifier)" } ?? "")))
    return findings
      + (record?.troubles ?? []).map {
        .wrong("daemon", $0, advice: "it goes on by itself when that is put right; easel status shows its jobs")
      }
  }

  private func unitFindings() async -> [Finding] {
    guard FileStatus("/run/systemd/system") != nil else {
      return [.note("service", "this machine was not started by systemd; start the daemon in another way")]
    }
    let asked = ["LoadState", "ActiveState", "Result", "NRestarts", "UnitFileState"]
    let said = await Command(
      program: "systemctl", arguments: ["show", Self.unit, "--property=\(asked.joined(separator: ","))"]
    ).output()
    var state: [Substring: Substring] = [:]
    for line in String(decoding: said ?? [], as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { state[parts[0]] = parts[1] }
    }
    return [finding(state)]
  }

  private func finding(_ state: [Substring: Substring]) -> Finding {
    let restarts = state["NRestarts"].flatMap { Int($0) } ?? 0
    switch state["ActiveState"] {
    case _ where state["LoadState"] != "loaded":
      return .note("service", "there is no unit \(Self.unit)", advice: "install the package, or: make install")
    case "active":
      let again = restarts > 0 ? ", started again \(restarts) times" : ""
      return state["UnitFileState"] == "disabled"
        ? .note("service", "runs\(again), but not after the next start", advice: "systemctl enable easel")
        : .ok("service", "runs\(again)")
    case "failed":
      return .wrong(
        "service", "has failed (\(state["Result"] ?? "unknown"))",
        advice: "journalctl -u easel -p warning says why; then: systemctl restart easel")
    case let other:
      return .wrong("service", "is \(other ?? "unknown")", advice: "systemctl enable --now easel")
    }
  }
}
