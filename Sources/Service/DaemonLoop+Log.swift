import Logging
import Spool

// What the log says of a job.
extension DaemonLoop {
  func log(_ id: String, _ level: Logger.Level, _ message: String, _ metadata: KeyValuePairs<String, String> = [:]) {
    var all: Logger.Metadata = ["job": "\(id)"]
    for (key, value) in metadata where !value.isEmpty { all[key] = "\(value)" }
    logger.log(level: level, "\(jobs[id]?.record.name ?? id): \(message)", metadata: all)
  }

  func logState(_ id: String) {
    guard let job = jobs[id] else { return }
    let record = job.record
    switch record.state {
    case .retrying:
      let pause = Int(record.retryAt?.timeIntervalSinceNow.rounded() ?? 0)
      log(id, .warning, "retrying in \(pause) s: \(record.message ?? "")", ["attempt": "\(record.attempt)"])
    case .failed: break
    case .queued where job.isHeld: log(id, .info, "held")
    case .running: log(id, .info, "goes on in the cluster")
    case .queued: log(id, .info, "queued", ["priority": "\(record.priority)"])
    default: log(id, .info, record.state.rawValue)
    }
  }
}
