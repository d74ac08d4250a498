import Files
import Images
import Spool

/// Keeps a job's `preview.png` up to date, at next to no cost. What cannot be written is no reason to stop painting.
final class PreviewWriter {
  private static let longestSide = 512
  /// Writing takes at most this part of the time.
  private static let share = 0.01

  private let job: JobDirectory
  private let pause: Duration
  private var lock: FileLock?
  private var isOnlyWriter = false
  /// Computations of loss and gradient behind the picture that is shown.
  private var shown: Int?
  private var due = ContinuousClock.now

  /// - Parameter pause: between pictures, at least.
  init(_ job: JobDirectory, pause: Duration) {
    self.job = job
    self.pause = pause
    shown = job.furthestPreview?.shown.evaluations
  }

  /// Takes the job's preview for this process; throws while another shows it.
  func begin() throws {
    guard !isOnlyWriter else { return }
    lock = try job.lockPreview()
    isOnlyWriter = true
  }

  /// Shows the picture, unless another was shown just now or one that more work was done for: after a quick preview, the noise
  /// that a large picture starts from would be a step back.
  func show(_ progress: PaintingProgress, _ picture: () -> RGBImage) {
    let start = ContinuousClock.now
    guard start >= due || progress.fraction >= 1, progress.evaluations >= shown ?? 0 else { return }
    do {
      try begin()
      let image = picture().shrunk(longSide: Self.longestSide)
      let preview = JobPreview(
        iteration: progress.iteration, iterations: progress.iterations, evaluations: progress.evaluations,
        width: image.width, height: image.height)
      try job.show(preview, png: PNGEncoder.encode(image))
      shown = progress.evaluations
    } catch {
      // The next one may be.
    }
    let end = ContinuousClock.now
    due = end + max(pause, (end - start) / Self.share)
  }
}
