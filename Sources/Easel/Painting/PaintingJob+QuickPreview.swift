import Jobs
import Kernels
import TargetCache

extension PaintingJob {
  /// Paints the job small and soon, for the observer alone; only targets are kept. The job itself is as if it had not been.
  func paintQuickPreview(observer: Observer) throws {
    let quick = settings.quickPreview
    var pictures = try InputPictures(inputs, quick)
    let engine = Engine(threads: threads ?? quick.threads ?? UsableProcessors.count)
    let cache = TargetCache(directory: cacheFolder)
    var run = PaintingRun(
      settings: quick, stages: quick.stages.filter { pictures.allow($0) }, threads: engine.threads,
      keeper: CheckpointKeeper(path: nil, identity: "", everyIteration: false))
    var setup: PaintingSetup?
    repeat {
      try pictures.resize(longSide: run.stage.size)
      setup = try PaintingSetup(
        quick.at(run.stage), pictures, cache, engine, network: setup?.network, memoryLimit: memoryLimit)
      var stageObserver = observer
      // Smaller ones than the last are not worth looking at.
      if run.stage.size < quick.size { stageObserver.preview = { _, _ in } }
      try run.paint(setup!, stageObserver)
    } while run.climb()
  }
}
