import ArgumentParser
import Files
import Painter

extension DirectPainting {
  /// Paints with a progress bar on standard error. Ctrl-C stops it where it can be gone on from.
  ///
  /// - Throws: as `run(progress:)`; `ExitCode(130)` when it was stopped, after saying how to go on.
  func runWithProgressBar() throws -> Outcome {
    let stop = StopRequest()
    let bar = ProgressBar()
    defer { bar.finish() }
    do {
      return try run { phase in
        bar.show(phase)
        if stop.wasMade { throw Interruption() }
      }
    } catch is Interruption {
      bar.finish()
      StandardError.print("Stopped. Start the same command again to go on from here (kept in \(unfinished)).")
      throw ExitCode(130)
    }
  }
}
