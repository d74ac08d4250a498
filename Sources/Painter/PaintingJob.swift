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
  /// Where else a run of the same may have left its state.
  var earlierCheckpoints: [Path] = []
  /// Keep the state after every iteration, not only as often as takes little of the time: for a service that may be killed.
  var keepsEveryIteration = false
  /// In bytes; the settings may have a lower one.
  var memoryLimit: Int?
  /// For the report.
  var record: JobRecord?
  /// What the report is to say beside.
  var notes: [String] = []
  /// Hears of every evaluation, where there is one.
  var trace: Trace?
  /// What a time limit is counted by, in seconds; never set back.
  var now: () -> Double = PaintingTime.systemClock

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

  /// Paints and writes the files that the settings ask for, report.json, report.html and settings.yaml into `folder`, which exists.
  @discardableResult
  func run(into folder: Path, observer: Observer = Observer()) throws -> Report {
    let report = try cache.withLease { try paint(into: folder, observer) }
    cache.removeLeftovers()
    cache.prune(to: cache.budgetBytes)
    return report
  }

  private func paint(into folder: Path, _ observer: Observer) throws -> Report {
    let clock = Stopwatch()
    try checkFormats()
    let time = PaintingTime(limitSeconds: settings.timeLimitSeconds, now: now)
    try observer.progress(.reading)
    let pictures = try InputPictures(inputs, settings)
    let weights = try VerifiedWeights(settings.network)
    var known = ReusePlan(
      settings, pictures.stages(of: settings), pictures, weights: weights.digest,
      (checkpointPath.map { [$0] } ?? []) + earlierCheckpoints, in: cache)
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
      trace: trace, time: time)
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
    var report = Report(name: name, settings: settings, pictures: pictures)
    report.job = record.map(Report.Job.init)
    report.style = styleNames
    report.reused = known.reused
    let loss = setup.loss(of: run.plainResult)  // the last stage has the settings' own weights
    report.describe(run, engine: engine, plan: setup.plan, loss: loss, pictures)
    let finished = FinishedPicture(settings, photo: pictures.content?.original)
    let files = try encode(run, pictures, as: finished)
    report.describe(files, finished.notes + notes + (known.mixedSets.map { [Self.words(of: $0)] } ?? []))
    report.cache = Report.Cache(cache.statistics)
    seconds.writing = clock.lap()
    report.seconds = seconds
    let result = FinishedResult(known.identity.result, files: files, report: report)
    try write(result, report, pictures, to: folder)
    trace?.finish(report, run.stage)
    // On one instruction set it would have come to other bits.
    guard known.mixedSets == nil else { return report }
    try run.ending?.keep(in: cache, known.identity.search, name: name)
    // With another time limit, or on another machine, the same key would mean another picture.
    if run.cutSizes.isEmpty { try result.store(in: cache, pictures, known.identity) }
    return report
  }

  private static func words(of sets: [String]) -> String {
    "the search was begun on one instruction set and went on on another (\(sets.joined(separator: ", "))): the picture differs "
      + "in its last bits from one that was painted on a single one"
  }
}

extension PaintingJob {
  /// The memory that it takes.
  ///
  /// - Throws: what is wrong with the pictures; `MemoryExceeded`.
  func plan() throws -> MemoryPlan {
    let threads = threads ?? settings.threads ?? UsableProcessors.count
    return try MemoryPlan(settings, InputPictures(inputs, settings), threads: threads, limit: memoryLimit)
  }
}

// A result that is there already.
extension PaintingJob {
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
    try write(result, report, pictures, to: folder)
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
