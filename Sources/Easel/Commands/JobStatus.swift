import Files
import Foundation
import Jobs
import Outbox

/// One job, as `easel status` tells it.
struct JobStatus: Codable {
  enum State: String, Codable {
    /// Something is missing: see `waitingFor`.
    case waiting
    /// Complete, but perhaps still being written; taken soon.
    case settling
    case claiming, queued, held, running, retrying, publishing, done, failed
  }

  var name: String
  var state: State
  var id: String?
  /// The folder in the outbox, of a finished job.
  var folder: String?
  var waitingFor: [String]?
  var priority: Int?
  var attempt: Int?
  var phase: String?
  var percent: Double?
  var iteration: Int?
  var iterations: Int?
  var evaluations: Int?
  var loss: Double?
  var secondsLeft: Double?
  var preview: Preview?
  var retryAt: Date?
  var finishedAt: Date?
  var message: String?
  /// What to do about it.
  var advice: String?

  /// A picture of a job that waits or runs, to look at meanwhile.
  struct Preview: Codable {
    var file: String
    var iteration: Int
    var iterations: Int
    var evaluations: Int
    /// In pixels.
    var width: Int
    var height: Int
    var updatedAt: Date
  }

  private init(name: String, state: State) {
    self.name = name
    self.state = state
  }
}

// In the inbox.
extension JobStatus {
  init(_ job: PairedJob) {
    self.init(name: job.name, state: .settling)
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
  /// Nil for a job that has just gone.
  init?(_ directory: JobDirectory) {
    guard let job = try? SpooledJob(directory) else { return nil }
    self.init(job)
  }

  init(_ job: SpooledJob) {
    let record = job.record
    self.init(name: record.name, state: Self.state(of: job))
    id = record.id
    priority = record.priority
    attempt = record.attempt
    message = record.message
    advice = record.advice
    retryAt = record.retryAt
    if record.state == .running, let progress = try? job.directory.readProgress() { tell(progress) }
    preview = (try? job.directory.readPreview()).flatMap { $0 }.map { Preview($0, file: job.directory.previewPath) }
  }

  private static func state(of job: SpooledJob) -> State {
    switch job.record.state {
    case .claiming: .claiming
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
    evaluations = progress.evaluations
    loss = progress.loss
    secondsLeft = progress.secondsLeft
  }
}

extension JobStatus.Preview {
  fileprivate init(_ preview: JobPreview, file: String) {
    self.init(
      file: file, iteration: preview.iteration, iterations: preview.iterations, evaluations: preview.evaluations,
      width: preview.width, height: preview.height, updatedAt: preview.updatedAt)
  }
}

// In the outbox.
extension JobStatus {
  private struct Report: Decodable {
    var message: String?
    var advice: String?
  }

  /// The finished jobs, the newest first.
  static func finished(in outbox: String, limit: Int) -> [JobStatus] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: outbox)) ?? []
    let dated = names.compactMap { name -> (name: String, date: Date)? in
      guard !name.hasPrefix("."), let date = reportDate(of: name, in: outbox) else { return nil }
      return (name, date)
    }
    return dated.sorted { $0.date > $1.date }.prefix(limit).map { finished($0.name, outbox, $0.date) }
  }

  /// The finished job of a folder in the outbox.
  static func finished(_ folder: String, _ outbox: String, _ date: Date) -> JobStatus {
    let failed = folder.hasSuffix(".failed")
    var status = JobStatus(
      name: failed ? String(folder.dropLast(".failed".count)) : folder, state: failed ? .failed : .done)
    status.folder = folder
    status.finishedAt = date
    if failed, let contents = report(of: folder, in: outbox),
      let report = try? JSONDecoder().decode(Report.self, from: contents)
    {
      status.message = report.message
      status.advice = report.advice
    }
    return status
  }

  /// The `report.json` of a folder in the outbox, nil where there is none. People move things about in an outbox: links are not
  /// followed, and nothing is waited for that is no file.
  static func report(of folder: String, in outbox: String) -> Data? {
    guard reportDate(of: folder, in: outbox) != nil else { return nil }
    return (try? FileSystem.contents(reportPath(of: folder, in: outbox))).flatMap { $0 }.map { Data($0) }
  }

  private static func reportDate(of folder: String, in outbox: String) -> Date? {
    let path = reportPath(of: folder, in: outbox)
    guard FileStatus(path.folder)?.kind == .folder, let report = FileStatus(path), report.kind == .regular else {
      return nil
    }
    return report.identity.modificationDate
  }

  private static func reportPath(of folder: String, in outbox: String) -> Path {
    Path(outbox).appending(folder).appending("report.json")
  }
}
