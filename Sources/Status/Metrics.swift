import Files
import Foundation
import Spool

/// The daemon's figures for Prometheus, counted from its start.
package struct Metrics {
  package private(set) var done = 0
  package private(set) var failed = 0
  package private(set) var states: [(state: JobStatus.State, count: Int)] = []
  private var jobSeconds = 0.0
  private var evaluations = 0
  private var cacheHits = 0
  private var cacheMisses = 0
  private var cacheRejected = 0
  private var reused: [ReusedWork.Kind: Int] = [:]
  private var troubles = 0
  private var freeBytes = 0
  private var startedAt = Date.now
  private var rates = EvaluationRates()

  private static let shownStates: [JobStatus.State] = [
    .waiting, .settling, .claiming, .gathering, .queued, .held, .running, .retrying, .publishing,
  ]

  package init() {}

  /// Counts a job that has left the spool, with what its `report.json` tells.
  package mutating func count(_ job: SpooledJob, report: PublishedReport?) {
    guard job.record.state != .failed else { return failed += 1 }
    done += 1
    if let startedAt = job.record.startedAt { jobSeconds += max(0, Date.now.timeIntervalSince(startedAt)) }
    guard let told = report else { return }
    evaluations += told.newEvaluations
    cacheHits += told.cache?.hits ?? 0
    cacheMisses += told.cache?.misses ?? 0
    cacheRejected += told.cache?.rejected ?? 0
    if let reused = told.reused { self.reused[reused.kind, default: 0] += 1 }
  }

  /// Takes what is to be seen now; `now` is on any clock that goes on.
  package mutating func take(_ report: StatusReport, now: Duration) {
    let unfinished = report.jobs.filter { $0.folder == nil }
    states = Self.shownStates.map { state in (state, unfinished.count { $0.state == state }) }
    troubles = report.daemon.troubles.count
    startedAt = report.daemon.startedAt ?? startedAt
    freeBytes = (try? FileSystem.freeSpace(report.daemon.outbox))?.bytes ?? 0
    rates.take(report.jobs, now: now)
  }

  /// In the text format of Prometheus.
  package var text: String {
    let jobs = states.map { (labels: "{state=\"\($0.state.rawValue)\"}", value: "\($0.count)") }
    let finished = [
      (labels: "{state=\"done\"}", value: "\(done)"), (labels: "{state=\"failed\"}", value: "\(failed)"),
    ]
    return [
      Self.family("easel_jobs", "gauge", "Jobs in the inbox and the spool by state.", jobs),
      Self.family("easel_jobs_finished_total", "counter", "Jobs done and failed since the start.", finished),
      Self.family(
        "easel_job_seconds", "summary", "Time from the start of the last attempt to the result, of done jobs.",
        [(labels: "_sum", value: "\(jobSeconds)"), (labels: "_count", value: "\(done)")]),
      Self.single("easel_evaluations_total", "counter", "Evaluations of loss and gradient, of done jobs.", evaluations),
      Self.single("easel_evaluations_per_second", "gauge", "Of the running jobs together.", rates.total),
      Self.single("easel_cache_hits_total", "counter", "Entries found in the cache.", cacheHits),
      Self.single("easel_cache_misses_total", "counter", "Entries that were not there.", cacheMisses),
      Self.single(
        "easel_cache_rejected_total", "counter", "Entries that were damaged or of a foreign version.", cacheRejected),
      Self.family(
        "easel_jobs_reused_total", "counter", "Done jobs that went on from earlier work.",
        ReusedWork.Kind.allCases.map { ("{kind=\"\($0.rawValue)\"}", "\(reused[$0] ?? 0)") }),
      Self.single("easel_free_bytes", "gauge", "Room on the outbox's file system.", freeBytes),
      Self.single("easel_troubles", "gauge", "What keeps the daemon from its work; easel status says it.", troubles),
      Self.single(
        "easel_start_time_seconds", "gauge", "When the daemon started, since 1970.", startedAt.timeIntervalSince1970),
    ].joined()
  }

  private static func single(_ name: String, _ type: String, _ help: String, _ value: some Numeric) -> String {
    family(name, type, help, [("", "\(value)")])
  }

  /// - Parameter samples: what comes after the name, and the value.
  private static func family(
    _ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]
  ) -> String {
    "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
      + samples.map { "\(name)\($0.labels) \($0.value)\n" }.joined()
  }
}

/// How fast running jobs evaluate, from one look to the next.
private struct EvaluationRates {
  private struct Seen {
    var evaluations: Int
    var at: Duration
    var rate = 0.0
  }

  private var seen: [String: Seen] = [:]

  /// Evaluations per second of all jobs.
  var total: Double { seen.values.reduce(0) { $0 + $1.rate } }

  mutating func take(_ jobs: [JobStatus], now: Duration) {
    var new: [String: Seen] = [:]
    for job in jobs where job.state == .running {
      guard let id = job.id, let evaluations = job.evaluations else { continue }
      new[id] = next(seen[id], evaluations, now)
    }
    seen = new
  }

  /// An evaluation may take longer than the pause between looks: the rate is measured from the last change.
  private func next(_ last: Seen?, _ evaluations: Int, _ now: Duration) -> Seen {
    guard let last, evaluations >= last.evaluations, now > last.at else {
      return Seen(evaluations: evaluations, at: now)
    }
    guard evaluations > last.evaluations else { return last }
    let rate = Double(evaluations - last.evaluations) / ((now - last.at) / .seconds(1))
    return Seen(evaluations: evaluations, at: now, rate: rate)
  }
}
