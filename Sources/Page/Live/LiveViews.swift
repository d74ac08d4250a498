internal import Files
internal import Foundation
internal import Jobs
internal import Pages
internal import Spool
internal import Status

/// What is going on, in the words of pages.
struct LiveViews {
  static let mostRows = 100
  private static let mostFailures = 10
  private static let mostCards = 12

  let report: StatusReport
  let spool: Spool
  let index: OutboxIndex

  var daemon: DaemonView { DaemonView(isRunning: report.daemon.running, troubles: report.daemon.troubles) }

  var running: RunningView {
    RunningView(jobs: report.jobs.filter { $0.state == .running || $0.state == .publishing }.map(view))
  }

  /// - Parameter most: how many jobs are shown.
  func queue(most: Int) -> QueueView {
    let jobs = report.jobs.filter { $0.folder == nil && $0.state != .running && $0.state != .publishing }
    let isQuiet = report.jobs.allSatisfy { $0.folder != nil }
    return QueueView(
      jobs: jobs.prefix(most).map(view), count: jobs.count,
      more: jobs.count > most ? "\(jobs.count - most) more are not shown." : nil,
      leftovers: report.leftovers.prefix(Self.mostRows).map { .init(name: $0.name, reason: $0.reason) },
      isQuiet: isQuiet)
  }

  var failed: FailedView {
    let entries = index.entries.filter(\.isFailed)
    return FailedView(
      jobs: entries.prefix(Self.mostFailures).map(failure), count: entries.count,
      more: entries.count > Self.mostFailures ? "All \(entries.count) that have failed" : nil)
  }

  private func failure(_ entry: OutboxIndex.Entry) -> FailureView {
    let told = (try? ResultFolder(entry, in: spool.outbox))?.reportBytes.flatMap(PublishedReport.init)
    return FailureView(
      name: entry.title, key: entry.stamp, address: "/results/\(Address.of(entry.name))",
      message: told?.message ?? "Its report cannot be read.", advice: told?.advice, at: Stamp(entry.date),
      canRetry: entry.name.text != nil)
  }

  var latest: [String: Any] {
    let entries = index.entries.filter { !$0.isFailed }
    let cards = entries.prefix(Self.mostCards).map { CardView($0, in: spool.outbox) }
    return ["cards": cards, "hasCards": !cards.isEmpty, "count": entries.count]
  }
}

extension CardView {
  init(_ entry: OutboxIndex.Entry, in outbox: Path) {
    let picture = (try? ResultFolder(entry, in: outbox))?.picture(named: nil)
    let address = "/results/\(Address.of(entry.name))"
    self.init(
      name: entry.title, key: entry.stamp, address: address,
      thumbnail: picture.map { "\(address)/thumbnail/\(Address.of($0))?v=\(entry.stamp)" },
      word: entry.isFailed ? "failed" : "no picture", at: Stamp(entry.date))
  }
}

// A job.
extension LiveViews {
  private func view(_ job: JobStatus) -> JobView {
    var view = JobView(name: job.name, key: job.id ?? "inbox-\(Address.of(FileName(job.name)))")
    view.id = job.id
    view.address = job.id.map { "/jobs/\(Address.of(FileName($0)))" } ?? ""
    (view.state, view.stateWords) = (job.state.rawValue, Self.words(job))
    view.details = details(job).flatMap { $0.isEmpty ? nil : $0 }
    view.advice = job.advice
    view.at = job.state == .retrying ? job.retryAt.map(Stamp.init) : nil
    view.priority = job.priority ?? 0
    allow(&view, job)
    if let preview = job.preview, let id = job.id {
      let time = Int(preview.updatedAt.timeIntervalSince1970 * 1000)
      view.preview = "/jobs/\(Address.of(FileName(id)))/preview?at=\(time)"
      (view.previewWidth, view.previewHeight) = (preview.width, preview.height)
    }
    if job.state == .running || job.state == .publishing { tellProgress(&view, job) }
    return view
  }

  private func allow(_ view: inout JobView, _ job: JobStatus) {
    guard job.id != nil else { return }
    let isOpen = job.state != .publishing && job.state != .failed && job.state != .claiming
    view.canHold = isOpen && job.state != .held
    view.canRelease = job.state == .held
    view.canRetry = job.state == .retrying
    view.canPrioritise = isOpen && job.state != .running
    view.canCancel = isOpen
  }

  private static func words(_ job: JobStatus) -> String {
    switch job.state {
    case .waiting: "waits for"
    case .settling: "arriving"
    case .gathering: "several jobs"
    case .claiming: "being taken"
    case .queued: job.place == nil ? "waits for its turn" : "waits for the cluster"
    case .held: "held"
    case .running: "painting"
    case .retrying: "is tried again"
    case .publishing: "being published"
    case .done: "done"
    case .failed: "failed"
    }
  }

  private func details(_ job: JobStatus) -> String? {
    switch job.state {
    case .waiting: (job.waitingFor ?? []).joined(separator: "; ")
    case .settling: job.waitingFor?.joined(separator: ", ") ?? job.message
    case .queued, .held:
      [job.priority.flatMap { $0 == 0 ? nil : "priority \($0)" }, job.message].compactMap(\.self).joined(
        separator: ", ")
    case .retrying: job.message.map { "\($0); again at" }
    default: job.message
    }
  }

  private func tellProgress(_ view: inout JobView, _ job: JobStatus) {
    view.percent = job.percent ?? (job.state == .publishing ? 100 : 0)
    view.percentWords = job.percent.map { String(format: "%.0f %%", $0) } ?? "starting"
    view.words = [
      job.secondsLeft.map { "\(Self.words(seconds: $0)) left" },
      job.ladder?.words ?? job.iteration.flatMap { done in job.iterations.map { "iteration \(done) of \($0)" } },
      job.loss.map { "loss \($0.fourDigits)" }, job.iterations ?? 0 == 0 ? job.phase : nil, job.place?.words,
      job.attempt.flatMap { $0 > 1 ? "attempt \($0)" : nil },
    ].compactMap(\.self)
    view.curve = job.id.flatMap(curve)
  }

  /// The loss so far, as the worker has put it down.
  private func curve(_ id: String) -> String? {
    let directory = JobDirectory(spool.jobs.appending(FileName(id)))
    guard let points = (try? directory.present.readProgress())?.losses, points.count > 1 else { return nil }
    return LossCurve([.init(name: "loss", points: points.map { ($0.evaluations, $0.loss) })])?.svg
  }

  private static func words(seconds: Double) -> String {
    let seconds = Int(seconds.rounded())
    if seconds < 60 { return "\(seconds) s" }
    return seconds < 3600 ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
