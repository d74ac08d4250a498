import ArgumentParser
import Cache
import Files
import Foundation
import Images
import Jobs
import Outbox
import StyleLibrary
import StyleTransfer

/// Does one claimed job; the daemon starts it.
struct Work: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Do one claimed job (started by `easel watch`).", shouldDisplay: false)

  @Argument(help: "The job's directory, outbox/.jobs/ID.")
  var directory: String

  @Option(help: "The folder of the cache.")
  var cache = "./cache"

  @Option(help: "How much room the cache may take, in bytes.")
  var cacheSize = CacheFolder.defaultBudgetBytes

  @Option(help: "The folder of the remembered styles.")
  var styles = "./styles"

  @Flag(inversion: .prefixedNo, help: "Remember the painting as a style.")
  var remember = true

  @Option(help: "The most threads to compute with, whatever the settings say.")
  var threads: Int?

  @Option(help: "The most memory to use, in bytes.")
  var memory: Int?

  @Flag(help: "Only paint a small picture, for people to look at while the job waits.")
  var preview = false

  func run() throws {
    WorkerConfinement.enter()
    let job = JobDirectory(directory)
    if preview { return try paintPreview(job) }
    let lock = try job.lock()
    defer { withExtendedLifetime(lock) {} }
    do {
      try paint(job)
    } catch is Interruption {
      throw ExitCode(WorkerExit.temporaryFailure)
    } catch {
      let failure = WorkerFailure(error)
      try job.write(failure)
      throw ExitCode(failure.permanent ? WorkerExit.permanentFailure : WorkerExit.temporaryFailure)
    }
  }

  private func paint(_ job: JobDirectory) throws {
    let stop = StopRequest()
    let painting = try painting(job)
    let reporter = ProgressReporter(job: job)
    let previews = PreviewWriter(job, pause: .seconds(2))
    let observer = PaintingJob.Observer(
      progress: { stage in
        try reporter.report(stage)
        if stop.wasMade { throw Interruption() }
      },
      preview: previews.show)
    let folder = try job.makeResultFolder()
    try painting.run(into: folder, observer: observer)
    StyleMemory(library: StyleLibrary(styles), remembersNew: remember).note(
      painting.record?.style, painting.inputs.style)
    try job.commitResult()
  }

  private func painting(_ job: JobDirectory) throws -> PaintingJob {
    let record = try job.readRecord()
    let settings = try Self.settings(record.inputs.settings, in: job)
    return PaintingJob(
      name: record.name, settings: settings, inputs: Self.pictures(record, settings, in: job),
      cache: CacheFolder(directory: cache, budgetBytes: cacheSize),
      threads: threads.map { min($0, settings.threads ?? $0) }, checkpointPath: job.checkpointPath,
      keepsEveryIteration: true, memoryLimit: memory, record: record)
  }

  private static func settings(_ file: String?, in job: JobDirectory) throws -> Settings {
    guard let file else { return Settings() }
    let path = Path("\(job.path)/\(file)")
    let bytes = try FileSystem.contents(path) ?? []
    return try Settings(validating: SettingsDocument(parsing: bytes, source: path.lastName.description))
  }

  private static func pictures(_ record: JobRecord, _ settings: Settings, in job: JobDirectory)
    -> PaintingJob.PictureFiles
  {
    let (inputs, style) = (record.inputs, record.style)
    return PaintingJob.PictureFiles(
      content: settings.task.usesContent ? inputs.content.map { "\(job.path)/\($0)" } : nil,
      style: settings.task.usesStyle ? inputs.style.map { "\(job.path)/\($0)" } : nil,
      styleName: style.flatMap { $0.isNamed ? $0.name : nil })
  }
}

// The quick preview.
extension Work {
  /// In seconds; then the kernel ends it. Its job waits for it.
  private static let longestPreview: UInt32 = 60

  /// Says what goes wrong on standard error alone: it is no failure of the job.
  private func paintPreview(_ job: JobDirectory) throws {
    alarm(Self.longestPreview)
    let stop = StopRequest()
    let previews = PreviewWriter(job, pause: .milliseconds(500))
    try previews.begin()
    let observer = PaintingJob.Observer(
      progress: { _ in if stop.wasMade { throw Interruption() } },
      preview: { if $0.iteration > 0 { previews.show($0, $1) } })
    try painting(job).paintQuickPreview(observer: observer)
  }
}

/// Writes `progress.json`, twice a second at most.
private final class ProgressReporter {
  private let job: JobDirectory
  private let started = ContinuousClock.now
  private var written: ContinuousClock.Instant?
  private let clock = RemainingTime()

  init(job: JobDirectory) { self.job = job }

  func report(_ stage: JobStage) throws {
    let now = ContinuousClock.now
    var progress = JobProgress(phase: "", secondsElapsed: (now - started) / .seconds(1))
    switch stage {
    case .reading: progress.phase = "reading pictures"
    case .planned(let plan): progress.phase = "needs memory: \(plan.description)"
    case .writing:
      progress.phase = "writing"
      progress.fractionDone = 1
    case .painting(let painting):
      if let written, now - written < .milliseconds(500) { return }
      progress.phase = "painting"
      progress.iteration = painting.iteration
      progress.iterations = painting.iterations
      progress.evaluations = painting.evaluations
      progress.loss = painting.loss
      progress.fractionDone = painting.fraction
      progress.secondsLeft = clock.secondsLeft(fraction: painting.fraction)
    }
    written = now
    try job.write(progress)
  }
}

extension WorkerFailure {
  /// Bad pictures and settings stay bad; space, memory and reading may be better next time.
  init(_ error: any Error) {
    let permanent =
      switch error {
      case is SettingsError, is SearchError, is PictureTooNarrow, is MemoryExceeded: true
      case let error as ImageError: !error.reason.mayPass
      default: false
      }
    self.init(permanent: permanent, message: "\(error)", advice: nil)
  }
}

extension ImageError.Reason {
  /// Whether the file may be whole the next time: it may still be on its way.
  fileprivate var mayPass: Bool {
    switch self {
    case .systemCall, .empty, .changedWhileReading, .truncated, .damaged: true
    default: false
    }
  }
}
