package import Files
package import Foundation

/// `preview.json`: what `preview.png` shows.
package struct JobPreview: Codable, Hashable, Sendable {
  package var iteration: Int
  package var iterations: Int
  /// Computations of loss and gradient behind it.
  package var evaluations: Int
  /// In pixels.
  package var width: Int
  package var height: Int
  package var updatedAt: Date

  package init(
    iteration: Int, iterations: Int, evaluations: Int, width: Int, height: Int, updatedAt: Date = .now
  ) {
    self.iteration = iteration
    self.iterations = iterations
    self.evaluations = evaluations
    self.width = width
    self.height = height
    self.updatedAt = updatedAt
  }
}

// The picture as it is now, for the curious. It has one writer at a time: the quick preview, a process of its own before the
// job's first attempt, and from then on the worker.
extension JobDirectory {
  package var previewPath: Path { workPath.appending("preview.png") }
  /// What a quick preview says on its standard error.
  package var previewLogPath: Path { workPath.appending("preview.log") }

  /// Nil while there is nothing to see.
  ///
  /// - Throws: a `FileError`, or a `JSONFileError` for what is no preview.
  package func readPreview() throws -> JobPreview? { try read("preview.json") }

  /// What the most work was done for, of the job's own and its attempts', and whose it is.
  package var furthestPreview: (shown: JobPreview, by: JobDirectory)? {
    let all = ([JobDirectory(path)] + attempts).compactMap { place in
      (try? place.readPreview()).map { (shown: $0, by: place) }
    }
    return all.max { $0.shown.evaluations < $1.shown.evaluations }
  }

  /// Replaces the picture, a PNG, and then what is said of it, each atomically.
  ///
  /// - Throws: a `FileError`.
  package func show(_ preview: JobPreview, png: [UInt8]) throws {
    try FileSystem.replace(previewPath, with: png)
    try write(preview, to: "preview.json")
  }

  /// Takes the job's preview for this process until the returned value ends.
  ///
  /// - Throws: a `FileError`.
  package func lockPreview() throws -> FileLock { try FileLock(previewLock) }

  /// Whether there is a preview, or a quick one was begun. It is not tried twice, so that it can do no harm twice.
  package var hasPreview: Bool { FileStatus(previewLock) != nil || FileStatus(previewPath) != nil }

  /// Allows a quick preview that was cut short to be begun again.
  ///
  /// - Throws: a `FileError`.
  package func forgetPreview() throws { try FileSystem.remove(previewLock) }

  var previewLock: Path { workPath.appending("preview.lock") }

  /// The end of what the quick preview has said, or nil when it said nothing.
  package var lastWordsOfPreview: String? { lastWords(in: previewLogPath) }
}
