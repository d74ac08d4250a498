import Foundation
import Images
import Jobs
import Kernels
import KernelTypes
import NeuralNetwork
import Outbox
import StyleTransfer
import TargetCache

/// The way of a picture, from its files to a folder of results.
struct PaintingJob {
  /// Names the result files.
  var name: String
  var settings: Settings
  var inputs: PictureFiles
  var cacheFolder: String
  /// Nil for what the settings say, or one per usable processor.
  var threads: Int?
  /// Where the state is kept after iterations and on interruption, and where a run of the same pictures and settings goes on.
  var checkpointPath: String?
  /// Keep the state after every iteration, not only as often as takes little of the time: for a service that may be killed.
  var keepsEveryIteration = false
  /// In bytes; the settings may have a lower one.
  var memoryLimit: Int?
  /// For the report.
  var record: JobRecord?
  /// Hears of every evaluation, where there is one.
  var trace: Trace?

  /// Where the pictures lie; the photo is missing for the task `style`, the painting for `content`.
  struct PictureFiles {
    var content: String?
    var style: String?
    /// The remembered style that was named, for the report; nil for any other picture.
    var styleName: String?
  }

  /// What the caller hears while it runs, and may throw to end it.
  struct Observer {
    var progress: (JobStage) throws -> Void = { _ in }
    var preview: (RGBImage) throws -> Void = { _ in }
  }

  /// Paints and writes NAME.png (or .jpg), NAME.gif, report.json and settings.yaml into `folder`, which exists.
  @discardableResult
  func run(into folder: String, observer: Observer = Observer()) throws -> Report {
    let clock = Stopwatch()
    try observer.progress(.reading)
    var pictures = try InputPictures(inputs, settings)
    let engine = Engine(threads: threads ?? settings.threads ?? UsableProcessors.count)
    let cache = TargetCache(directory: cacheFolder)
    let keeper = CheckpointKeeper(
      path: checkpointPath, identity: identity(pictures, engine),
      everyIteration: keepsEveryIteration)
    var run = PaintingRun(
      settings: settings, stages: settings.stages.filter { pictures.allow($0) }, threads: engine.threads,
      keeper: keeper,
      trace: trace)
    var seconds = Report.Seconds(preparing: clock.lap())
    try observer.progress(.planned(MemoryPlan(settings, pictures, threads: engine.threads, limit: memoryLimit)))
    var setup: PaintingSetup?
    repeat {
      let network = setup?.network
      setup = nil  // its memory is needed for the next
      try pictures.resize(longSide: run.stage.size)
      setup = try PaintingSetup(
        settings.at(run.stage), pictures, cache, engine, network: network, memoryLimit: memoryLimit)
      seconds.preparing += clock.lap()
      try run.paint(setup!, observer)
      seconds.painting += clock.lap()
    } while run.climb()

    try observer.progress(.writing)
    let result = run.result.image
    let bytes = try settings.output.encode(result, quality: settings.jpegQuality)
    try ImageFile.write(bytes, to: "\(folder)/\(name).\(settings.output.fileExtension)")
    if let gif = settings.gif {
      try AnimatedGIF(delay: gif.delay, finalDelay: gif.hold, maximumWidth: gif.width)
        .write(to: "\(folder)/\(name).gif", frameCount: run.frames.count) { run.frame($0) }
    }
    try ImageFile.write(Array(settings.yaml.utf8), to: "\(folder)/settings.yaml")
    var report = Report(name: name, settings: settings, pictures: pictures)
    report.job = record.map(Report.Job.init)
    report.style = inputs.styleName
    let loss = setup!.loss(of: result)  // the last stage has the settings' own weights
    report.describe(run, cache: cache.statistics, engine: engine, plan: setup!.plan, loss: loss)
    seconds.writing = clock.lap()
    report.seconds = seconds
    try ImageFile.write(Array(report.json), to: "\(folder)/report.json")
    trace?.finish(report, run.stage)
    return report
  }
}

extension PaintingJob {
  /// What a saved state must agree in with this job to be gone on from: everything that its numbers depend on.
  private func identity(_ pictures: InputPictures, _ engine: Engine) -> String {
    CacheKey(of: "painting run") { fields in
      fields.add("version", Version.current)
      fields.add("instruction set", engine.instructionSet.rawValue)
      fields.add("settings", settings.yaml)
      for picture in [pictures.content, pictures.style] {
        fields.add("size", [picture?.original.image.width ?? 0, picture?.original.image.height ?? 0])
        fields.add("pixels", bytes: picture?.original.image.pixels ?? [])
      }
    }.description
  }
}

/// Where a job is.
enum JobStage {
  case reading
  /// How much memory the picture will take.
  case planned(MemoryPlan)
  case painting(PaintingProgress)
  case writing
}

/// How far the search is.
struct PaintingProgress {
  /// Complete iterations, at all sizes together.
  var iteration: Int
  var iterations: Int
  var evaluations: Int
  var loss: Double
  /// Of the work, by pixels; 0 to 1.
  var fraction: Double
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
