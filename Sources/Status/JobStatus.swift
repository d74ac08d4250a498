import Files
import Foundation
import Jobs
import Spool

/// One job, as `easel status` tells it.
package struct JobStatus: Codable {
  package enum State: String, Codable {
    /// Something is missing: see `waitingFor`.
    case waiting
    /// Complete, but perhaps still being written; taken soon.
    case settling
    /// A folder with several jobs, which come first.
    case gathering
    case claiming, queued, held, running, retrying, publishing, done, failed
  }

  package var name: String
  package var state: State
  package var id: String?
  /// The folder in the outbox, of a finished job.
  package var folder: String?
  package var waitingFor: [String]?
  package var priority: Int?
  package var attempt: Int?
  package var phase: String?
  package var percent: Double?
  package var iteration: Int?
  package var iterations: Int?
  /// At the present size, on a ladder of several.
  package var ladder: LadderProgress?
  package var evaluations: Int?
  package var loss: Double?
  package var secondsLeft: Double?
  package var preview: Preview?
  package var retryAt: Date?
  package var finishedAt: Date?
  package var message: String?
  /// What to do about it.
  package var advice: String?
  /// Where it is in a cluster.
  package var place: ClusterPlace?

  /// A picture of a job that waits or runs, to look at meanwhile.
  package struct Preview: Codable {
    package var file: Path
    package var iteration: Int
    package var iterations: Int
    package var evaluations: Int
    /// In pixels.
    package var width: Int
    package var height: Int
    package var updatedAt: Date
  }

  private init(name: String, state: State) {
    self.name = name
    self.state = state
  }
}

// In the inbox.
extension JobStatus {
  package init(_ job: PairedJob) {
    self.init(name: job.name, state: .settling)
    if !job.hints.isEmpty { advice = job.hints.joined(separator: "; ") }
    switch job.state {
    case .waiting(let wants):
      state = .waiting
      waitingFor = wants
    case .settling(let files):
      waitingFor = files
    case .awaitingSettings: message = "complete; a settings file may still come"
    case .ready: message = "complete; taken in a moment"
    }
  }
}

// In the spool.
extension JobStatus {
  package init(_ job: SpooledJob) {
    let record = job.record
    self.init(name: record.name, state: Self.state(of: job))
    id = record.id
    priority = job.priority
    attempt = record.attempt
    message = record.message
    advice = record.advice
    retryAt = record.retryAt
    if record.state == .running {
      if job.directory.isForCluster { tell(job.directory.place) }
      if state == .running, let progress = try? job.directory.present.readProgress() { tell(progress) }
    }
    if let finished = job.finishedCells {
      message = "\(finished.count) of \(finished.all) jobs have ended; then the contact sheet is made"
    }
    preview = job.directory.furthestPreview.map { Preview($0.shown, file: $0.by.previewPath) }
  }

  /// What waits for a node of a cluster is not being worked on.
  private mutating func tell(_ place: ClusterPlace?) {
    self.place = place
    message = place?.words ?? "is handed to the cluster"
    advice = place?.advice
    if place?.isWaiting ?? true { state = .queued }
  }

  private static func state(of job: SpooledJob) -> State {
    switch job.record.state {
    case .claiming: .claiming
    case .gathering: job.isHeld ? .held : .gathering
    case .queued: job.isHeld ? .held : .queued
    case .retrying: job.isHeld ? .held : .retrying
    case .running: .running
    case .publishing: .publishing
    case .failed: .failed
    }
  }

  private mutating func tell(_ progress: JobProgress) {
    phase = progress.phase
    percent = (progress.fractionDone * 1000).rounded() / 10
    iteration = progress.iteration
    iterations = progress.iterations
    ladder = progress.ladder
    evaluations = progress.evaluations
    loss = progress.loss
    secondsLeft = progress.secondsLeft
  }
}

extension JobStatus.Preview {
  fileprivate init(_ preview: JobPreview, file: Path) {
    self.init(
      file: file, iteration: preview.iteration, iterations: preview.iterations, evaluations: preview.evaluations,
      width: preview.width, height: preview.height, updatedAt: preview.updatedAt)
  }
}

// In the outbox.
extension JobStatus {
  /// The finished jobs, the newest first.
  package static func finished(in outbox: Path, limit: Int) -> [JobStatus] {
    let names = ((try? outbox.names()) ?? []).compactMap(\.text).filter { !$0.hasPrefix(".") }
    let dated = names.compactMap { name in reportDate(of: name, in: outbox).map { (name: name, date: $0) } }
    return dated.sorted { $0.date > $1.date }.prefix(limit).map { finished($0.name, outbox, $0.date) }
  }

  /// The finished job of a folder in the outbox.
  package static func finished(_ folder: String, _ outbox: Path, _ date: Date) -> JobStatus {
    let failed = folder.hasSuffix(".failed")
    var status = JobStatus(
      name: failed ? String(folder.dropLast(".failed".count)) : folder, state: failed ? .failed : .done)
    status.folder = folder
    status.finishedAt = date
    let report = report(of: folder, in: outbox)
    status.message = report?.message ?? report?.reused?.words
    status.advice = report?.advice
    return status
  }

  /// The `report.json` of a folder in the outbox, nil where there is none. People move things about in an outbox: links are not
  /// followed, and nothing is waited for that is no file.
  package static func report(of folder: String, in outbox: Path) -> PublishedReport? {
    guard reportDate(of: folder, in: outbox) != nil else { return nil }
    let contents = (try? FileSystem.contents(reportPath(of: folder, in: outbox))) ?? nil
    return contents.flatMap(PublishedReport.init)
  }

  private static func reportDate(of folder: String, in outbox: Path) -> Date? {
    let path = reportPath(of: folder, in: outbox)
    guard FileStatus(path.folder)?.kind == .folder, let report = FileStatus(path), report.kind == .regular else {
      return nil
    }
    return report.identity.modificationDate
  }

  private static func reportPath(of folder: String, in outbox: Path) -> Path {
    outbox.appending(folder).appending("report.json")
  }
}
