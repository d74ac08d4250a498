import Cache
import Files
import Foundation
import Images
import Jobs
import Spool
import StyleLibrary

/// Does one claimed job of the spool, as a process of its own: `easel work JOBDIR`.
///
/// In a cluster (`--attempt NUMBER`) it reads the job and the states that earlier attempts have left, writes into the attempt's own
/// directory only, and ends with a manifest there.
package struct JobWorker {
  private let job: JobDirectory
  package var cache: CacheFolder
  /// Nil for one that is to be left alone.
  package var library: StyleLibrary?
  package var remembersStyles = true
  /// The most threads to compute with, whatever the settings say.
  package var threads: Int?
  /// The most memory to use, in bytes.
  package var memoryBytes: Int?
  /// What the report is to say beside.
  package var notes: [String] = []

  /// - Parameter attempt: the number of the attempt, in a cluster.
  package init(_ directory: Path, attempt: Int? = nil, cache: CacheFolder, library: StyleLibrary?) {
    job = JobDirectory(directory, attemptNumber: attempt)
    self.cache = cache
    self.library = library
  }

  /// Paints the job; what goes wrong is put down in its directory.
  ///
  /// - Returns: an exit code of `WorkerExit`. In a cluster it is that of success whenever the manifest says how it has ended: the
  ///   cluster is to run the job again only where it does not.
  /// - Throws: when another worker is on the job, or nothing can be written into its directory.
  package func run() throws -> Int32 {
    WorkerConfinement.enter()
    // An attempt's directory was made for this process alone, which holds where there are no locks too.
    let lock = job.attemptNumber == nil ? try job.lock() : nil
    defer { withExtendedLifetime(lock) {} }
    let (code, ending) = try work()
    guard job.attemptNumber != nil else { return code }
    try job.end(ending, on: ClusterNode.name)
    return WorkerExit.done
  }

  private func work() throws -> (code: Int32, ending: AttemptManifest.Ending) {
    do {
      let record = try job.readRecord()
      if let batch = record.batch { try makeContactSheet(record, batch) } else { try paint() }
      return (WorkerExit.done, .done)
    } catch is Interruption {
      return (WorkerExit.temporaryFailure, .stopped)
    } catch {
      let failure = WorkerFailure(error, isChanging: hasChanged)
      try job.write(failure)
      return (failure.permanent ? WorkerExit.permanentFailure : WorkerExit.temporaryFailure, .failed)
    }
  }

  /// Whether somebody has written to one of the job's pictures since it was taken, and so may go on doing it.
  private func hasChanged(_ path: Path) -> Bool {
    let pictures = (try? job.readRecord())?.inputs.pictures.all.map(\.value) ?? []
    guard let picture = pictures.first(where: { $0.file.map(job.path.appending) == path }), let taken = picture.identity
    else { return false }
    return !(FileStatus(path)?.identity.hasSameContents(as: taken) ?? false)
  }

  private func paint() throws {
    let stop = StopRequest()
    let painting = try painting()
    let reporter = ProgressReporter(job: job)
    let previews = PreviewWriter(job, pause: .seconds(2))
    let succession = Succession(of: job)
    let observer = PaintingJob.Observer(
      progress: { phase in
        try reporter.report(phase)
        if stop.wasMade || succession.hasBegun(phase) { throw Interruption() }
      },
      preview: previews.show)
    try painting.run(into: try job.makeResultFolder(), observer: observer)
    if let library { StyleMemory(library: library, remembersNew: remembersStyles).note(painting.inputs[.style]) }
    try job.commitResult()
  }

  private func makeContactSheet(_ record: JobRecord, _ batch: Batch) throws {
    let stop = StopRequest()
    try ProgressReporter(job: job).report(.writing)
    try ContactSheetJob(job: job, record: record, batch: batch).run(into: try job.makeResultFolder()) {
      if stop.wasMade { throw Interruption() }
    }
    try job.commitResult()
  }

  private func painting() throws -> PaintingJob {
    let record = try job.readRecord()
    let settings = try record.settings?.value ?? settings(record.inputs.settings)
    return PaintingJob(
      name: record.name, settings: settings, inputs: pictures(record, settings), cache: cache,
      threads: threads.map { min($0, settings.threads ?? $0) }, checkpointPath: job.checkpointPath,
      earlierCheckpoints: job.attemptNumber == nil ? [] : job.earlierCheckpoints, keepsEveryIteration: true,
      memoryLimit: memoryBytes, record: record, notes: notes)
  }

  /// Those of a job whose record has none of this version.
  private func settings(_ file: Path?) throws -> Settings {
    guard let file else { return .withoutAnyFile }
    let path = job.path.appending(file)
    let bytes = try FileSystem.contents(path) ?? []
    return try Settings(validating: SettingsDocument(parsing: bytes, source: path.lastName.description))
  }

  private func pictures(_ record: JobRecord, _ settings: Settings) -> Inputs<InputFile> {
    var files = Inputs<InputFile>()
    for (role, input) in record.inputs.pictures.all where !settings.sources(role).isEmpty {
      if let file = input.file {
        files.append(InputFile(path: job.path.appending(file), style: input.style, painting: input.painting), as: role)
      }
    }
    return files
  }
}

// The plan.
extension JobWorker {
  /// How much memory the job will take, in bytes; nothing is painted.
  ///
  /// - Throws: what keeps it from being painted.
  package func plannedBytes() throws -> Int {
    WorkerConfinement.enter()
    return try painting().plan().bytes
  }
}

// The quick preview.
extension JobWorker {
  /// In seconds; then the kernel ends it. Its job waits for it.
  private static let longestPreview: UInt32 = 60

  /// Only paints a small picture, for people to look at while the job waits. What goes wrong is no failure of the job.
  ///
  /// - Throws: whatever keeps it from being painted; for the log only.
  package func paintPreview() throws {
    WorkerConfinement.enter()
    alarm(Self.longestPreview)
    let stop = StopRequest()
    let previews = PreviewWriter(job, pause: .milliseconds(500))
    try previews.begin()
    let observer = PaintingJob.Observer(
      progress: { _ in if stop.wasMade { throw Interruption() } },
      preview: { if $0.iteration > 0 { previews.show($0, $1) } })
    try painting().paintQuickPreview(observer: observer)
  }
}
