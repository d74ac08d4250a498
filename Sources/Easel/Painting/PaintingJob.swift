import Foundation
import Images
import Jobs
import Kernels
import KernelTypes
import NeuralNetwork
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

  /// Where the pictures lie; the photo is missing for the task `style`, the painting for `content`.
  struct PictureFiles {
    var content: String?
    var style: String?
  }

  /// What the caller hears while it runs, and may throw to end it.
  struct Observer {
    var progress: (JobStage) throws -> Void = { _ in }
    /// Given after every iteration, so that the job can go on from there.
    var checkpoint: (Checkpoint) throws -> Void = { _ in }
    var preview: (RGBImage) throws -> Void = { _ in }
  }

  /// Paints and writes NAME.png (or .jpg), NAME.gif, report.json and settings.yaml into `folder`, which exists.
  ///
  /// - Parameter checkpoint: where an interrupted run goes on.
  @discardableResult
  func run(into folder: String, from checkpoint: Checkpoint? = nil, observer: Observer = Observer()) throws -> Report {
    let clock = Stopwatch()
    try observer.progress(.reading)
    let pictures = try InputPictures(inputs, settings)
    var report = Report(name: name, settings: settings, pictures: pictures)
    let engine = Engine(threads: threads ?? settings.threads ?? UsableProcessors.count)
    let cache = TargetCache(directory: cacheFolder)
    let setting = try PaintingSetup(settings, pictures, cache, engine)
    report.seconds.preparing = clock.lap()

    var run = PaintingRun(setup: setting, settings: settings, checkpoint: checkpoint)
    try run.paint(observer)
    report.seconds.painting = clock.lap()

    try observer.progress(.writing)
    let result = run.result
    let bytes = try settings.output.encode(result, quality: settings.jpegQuality)
    try ImageFile.write(bytes, to: "\(folder)/\(name).\(settings.output.fileExtension)")
    if let gif = settings.gif {
      try AnimatedGIF(delay: gif.delay, finalDelay: gif.hold, maximumWidth: gif.width)
        .write(to: "\(folder)/\(name).gif", frameCount: run.frames.count) { run.frames[$0] }
    }
    try ImageFile.write(Array(settings.yaml.utf8), to: "\(folder)/settings.yaml")
    report.describe(run, cache: cache.statistics, engine: engine, loss: try setting.loss(of: result))
    report.seconds.writing = clock.lap()
    try ImageFile.write(Array(report.json), to: "\(folder)/report.json")
    return report
  }
}

/// Where a job is.
enum JobStage {
  case reading
  case painting(iteration: Int, iterations: Int, evaluations: Int, evaluationsInAll: Int, loss: Double)
  case writing
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
