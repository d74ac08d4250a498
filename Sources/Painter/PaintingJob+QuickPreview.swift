import Cache
import Images
import Jobs
import Kernels
import NeuralNetwork

extension PaintingJob {
  /// Paints the job small and soon, for the observer alone; only targets are kept. The job itself is as if it had not been.
  ///
  /// What was painted before is shown as it is; a finished picture of the same photo and style, with other settings, is begun with.
  func paintQuickPreview(observer: Observer) throws {
    let quick = settings.quickPreview
    let pictures = try InputPictures(inputs, quick)
    let weights = try VerifiedWeights(quick.network)
    let identity = PaintingIdentity(
      settings, pictures.stages(of: settings), pictures, weights: weights.digest, start: nil)
    if !settings.force, let finished = FinishedResult(identity.result, in: cache),
      let image = try? ImageDecoder.decode(finished.picture).image
    {
      return observer.preview(finished.report.progress) { image }
    }
    let near = NearPicture(to: pictures, for: quick, ofSameStyle: true, in: cache)
    let stages = near == nil ? pictures.stages(of: quick) : quick.stages(at: [quick.size])
    let engine = Engine(threads: threads ?? quick.threads ?? UsableProcessors.count)
    var run = StagedSearch(
      settings: quick, stages: stages, search: nil, start: near?.image, engine: engine,
      keeper: CheckpointKeeper(path: nil, identity: identity.search, everyIteration: false))
    _ = try run.paintStages(pictures, cache, weights, memoryLimit: memoryLimit) { stage in
      // Smaller ones than the last are not worth looking at.
      stage.size < quick.size ? Observer(progress: observer.progress) : observer
    }
  }
}

extension Report {
  /// That of a finished job.
  fileprivate var progress: PaintingProgress {
    PaintingProgress(
      iteration: iterations.last?.iteration ?? 0, iterations: iterations.last?.iteration ?? 0, evaluations: evaluations,
      loss: loss, fraction: 1)
  }
}
