import Cache
import Files
import Images
import Jobs
import Kernels
import KernelTypes
import NeuralNetwork
import Spool
import StyleTransfer

/// The way of a picture, from its files to a folder of results.
struct PaintingJob {
  /// Names the result files.
  var name: String
  var settings: Settings
  /// The photo is missing for the task `style`, the painting for `content`.
  var inputs: Inputs<InputFile>
  var cache: CacheFolder
  /// Nil for what the settings say, or one per usable processor.
  var threads: Int?
  /// Where the state is kept after iterations and on interruption, and where a run of the same pictures and settings goes on.
  var checkpointPath: Path?
  /// Keep the state after every iteration, not only as often as takes little of the time: for a service that may be killed.
  var keepsEveryIteration = false
  /// In bytes; the settings may have a lower one.
  var memoryLimit: Int?
  /// For the report.
  var record: JobRecord?
  /// Hears of every evaluation, where there is one.
  var trace: Trace?

  /// The remembered styles that were named, for the report; nil where there are only other pictures.
  private var styleNames: OneOrMore<String>? {
    let names = inputs[.style].compactMap(\.style).filter(\.isNamed).map(\.name)
    return names.isEmpty ? nil : OneOrMore(names)
  }

  /// What the caller hears while it runs, and may throw to end it.
  struct Observer {
    var progress: (JobPhase) throws -> Void = { _ in }
    /// Hears of every step, and may have its picture made.
    var preview: (PaintingProgress, _ picture: () -> RGBImage) -> Void = { _, _ in }
  }

  /// Paints and writes NAME.png (or .jpg), NAME.gif, report.json and settings.yaml into `folder`, which exists.
  @discardableResult
  func run(into folder: Path, observer: Observer = Observer()) throws -> Report {
    let report = try cache.withLease { try paint(into: folder, observer) }
    cache.removeLeftovers()
    cache.prune(to: cache.budgetBytes)
    return report
  }

  private func paint(into folder: Path, _ observer: Observer) throws -> Report {
    let clock = Stopwatch()
    try observer.progress(.reading)
    let pictures = try InputPictures(inputs, settings)
    let weights = try VerifiedWeights(settings.network)
    var known = ReusePlan(
      settings, settings.stages.filter { pictures.allow($0) }, pictures, weights: weights.digest, checkpointPath,
      in: cache)
    if let finished = known.finished {
      try observer.progress(.writing)
      return try write(finished, pictures, clock, to: folder)
    }

    let engine = Engine(threads: threads ?? settings.threads ?? UsableProcessors.count)
    let start = known.takeStart()
    var run = StagedSearch(
      settings: settings, stages: known.stages, search: start.search, start: start.picture, reused: known.reused,
      engine: engine,
      keeper: CheckpointKeeper(
        path: checkpointPath, identity: known.identity.search, everyIteration: keepsEveryIteration),
      trace: trace)
    var seconds = Report.Seconds(preparing: clock.lap())
    try observer.progress(.planned(MemoryPlan(settings, pictures, threads: engine.threads, limit: memoryLimit)))
    let setup = try run.paintStages(pictures, cache, weights, memoryLimit: memoryLimit) { _ in
      observer
    } prepared: {
      seconds.preparing += clock.lap()
    } painted: {
      seconds.painting += clock.lap()
    }

    try observer.progress(.writing)
    let image = run.result
    var report = Report(name: name, settings: settings, pictures: pictures)
    report.job = record.map(Report.Job.init)
    report.style = styleNames
    report.reused = known.reused
    let loss = setup.loss(of: image)  // the last stage has the settings' own weights
    report.describe(run, engine: engine, plan: setup.plan, loss: loss, pictures)
    let files = try encode(image, run)
    report.cache = Report.Cache(cache.statistics)
    seconds.writing = clock.lap()
    report.seconds = seconds
    let result = FinishedResult(
      known.identity.result, picture: files.picture, animation: files.animation, report: report)
    try write(result, report, to: folder)
    trace?.finish(report, run.stage)
    try run.ending?.keep(in: cache, known.identity.search, name: name)
    try result.store(in: cache, pictures, known.identity)
    return report
  }
}

// The files of a result.
extension PaintingJob {
  private func encode(_ image: RGBImage, _ run: StagedSearch) throws -> (picture: [UInt8], animation: [UInt8]?) {
    let animation = try settings.gif.map { gif in
      try AnimatedGIF(delay: gif.delay, finalDelay: gif.hold, maximumWidth: gif.width)
        .encode(frameCount: run.frames.count) { run.frame($0) }
    }
    return (try settings.output.encode(image, quality: settings.jpegQuality), animation)
  }

  private func write(_ result: FinishedResult, _ report: Report, to folder: Path) throws {
    func write(_ bytes: [UInt8], to name: String) throws {
      try FileSystem.replace(folder.appending(name), with: bytes, mode: 0o666)
    }
    try write(result.picture, to: "\(name).\(settings.output.fileExtension)")
    if let animation = result.animation { try write(animation, to: "\(name).gif") }
    try write(Array(settings.yaml.utf8), to: "settings.yaml")
    try write(report.json, to: "report.json")
  }

  /// The result of an earlier job as that of this one.
  private func write(_ result: FinishedResult, _ pictures: InputPictures, _ clock: Stopwatch, to folder: Path) throws
    -> Report
  {
    var report = Report(name: name, settings: settings, pictures: pictures)
    report.job = record.map(Report.Job.init)
    report.style = styleNames
    report.takeResult(of: result)
    report.cache = Report.Cache(cache.statistics)
    report.seconds = Report.Seconds(preparing: clock.lap())
    try write(result, report, to: folder)
    return report
  }
}

/// Where a job is.
package enum JobPhase {
  case reading
  /// How much memory the picture will take.
  case planned(MemoryPlan)
  case painting(PaintingProgress)
  case writing
}

/// How far the search is.
package struct PaintingProgress: Sendable {
  /// Complete iterations, at all sizes together.
  package var iteration: Int
  package var iterations: Int
  package var evaluations: Int
  package var loss: Double
  /// Of the work, by pixels; 0 to 1.
  package var fraction: Double
  /// At the present size, on a ladder of several.
  package var ladder: LadderProgress?
}

/// Seconds since it was last asked.
final class Stopwatch {
  private var last = ContinuousClock.now

  func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    return (now - last) / .seconds(1)
  }
}

extension Settings.OutputFormat {
  func encode(_ image: RGBImage, quality: Int) throws -> [UInt8] {
    switch self {
    case .png: try PNGEncoder.encode(image)
    case .jpeg: try JPEGEncoder.encode(image, quality: quality)
    }
  }
}
