import Files
import Spool

/// One run of `easel work` for a job or its quick preview: the job's directory, and what the worker is given.
package struct Attempt: Sendable {
  package var directory: JobDirectory
  package var program: Path
  package var cache: Path
  /// How much room the cache may take.
  package var cacheBytes: Int
  package var styles: Path
  package var remembersStyles: Bool
  package var threads: Int?
  /// The most memory, where there is a limit.
  package var memoryBytes: Int?
  /// How long it may take to end when it is asked to, before it is killed.
  package var stopTimeout: Duration
  package var isPreview = false
  /// The job's, for a cluster: those with a higher one go first.
  package var priority = 0

  /// Where its standard error goes.
  var logPath: Path { isPreview ? directory.previewLogPath : directory.logPath }

  /// What the program is called with, its own name left out. Bytes, since paths need not be UTF-8.
  var arguments: [[UInt8]] { [Array("work".utf8), directory.path.bytes] + options }

  /// The arguments behind the job's directory.
  var options: [[UInt8]] {
    let options =
      (remembersStyles ? [] : ["--no-remember"]) + ["--cache-size", "\(cacheBytes)"]
      + (threads.map { ["--threads", "\($0)"] } ?? []) + (memoryBytes.map { ["--memory", "\($0)"] } ?? [])
      + (isPreview ? ["--preview"] : [])
    let folders = [("--styles", styles), ("--cache", cache)].flatMap { [Array($0.utf8), $1.bytes] }
    return folders + options.map { Array($0.utf8) }
  }
}

extension Attempt {
  package init(_ directory: JobDirectory, _ configuration: DaemonConfiguration, threads: Int?) {
    let settings = configuration.settings
    self.init(
      directory: directory, program: configuration.workerProgram, cache: configuration.cache,
      cacheBytes: settings.cacheBytes, styles: configuration.styles, remembersStyles: settings.remembersStyles,
      threads: threads, memoryBytes: settings.memoryBytes, stopTimeout: settings.stopTimeout)
  }
}
