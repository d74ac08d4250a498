import Cache
import Files
import Foundation
import Images
import Jobs
import Spool
import StyleLibrary

/// Paints one picture without a daemon: `easel paint`.
///
/// Its state is kept in `OUTPUT/.NAME.painting` while it runs, and a run that was interrupted goes on from there; the result is
/// moved to `OUTPUT/NAME`, whole.
package struct DirectPainting {
  package var pictures: NamedPictures
  package var settings: Settings
  /// The folder that gets the folder of results.
  package var output: Path
  package var cache: CacheFolder
  package var library: StyleLibrary
  package var remembersStyles = true
  /// Nil for what the settings say, or one per usable processor.
  package var threads: Int?
  /// Gets a CSV file of the loss against seconds.
  package var trace: Path?
  /// What a time limit is counted by, in seconds, if not by the system's clock.
  package var now: (() -> Double)?

  package init(
    _ pictures: NamedPictures, settings: Settings, output: Path, cache: CacheFolder, library: StyleLibrary
  ) {
    (self.pictures, self.settings) = (pictures, settings)
    (self.output, self.cache, self.library) = (output, cache, library)
  }

  /// What came out of it.
  package struct Outcome {
    package var picture: Path
    /// Of the written picture.
    package var loss: Double
    package var stopReason: String
    package var reused: ReusedWork?
  }

  /// The file's name without its ending, and without the ".content" of a job's file.
  private var name: String {
    let stem = pictures.main(settings.task).lastName.stem
    let role = [".content", ".style"].first { stem.hasSuffix($0) } ?? ""
    let name = stem.dropLast(role.count).drop { $0 == "." }
    return name.isEmpty ? "picture" : String(name)
  }

  /// Where the state is while it runs.
  package var unfinished: Path { output.appending(".\(name).painting") }

  /// - Parameter progress: may throw `Interruption` to stop it: then it can be gone on from.
  /// - Throws: for pictures that cannot be read or painted, what cannot be written, and what `progress` throws.
  package func run(progress: @escaping (JobPhase) throws -> Void) throws -> Outcome {
    let inputs = try pictures.files(for: settings, library)
    let result = unfinished.appending("result")
    do {
      try FileSystem.makeUsable(output, for: .writing)
    } catch {
      throw OutputProblem(folder: output, problem: error)
    }
    try FileSystem.makeFolders(result)
    let lock = try JobDirectory(unfinished).lock()
    defer { withExtendedLifetime(lock) {} }
    // A run that failed while it wrote may have left some of its files.
    try FileSystem.remove(result)
    try FileSystem.makeFolder(result)
    let notes = trace.map { _ in Trace() }
    let job = job(inputs, notes)
    do {
      let report = try job.run(into: result, observer: PaintingJob.Observer(progress: progress))
      StyleMemory(library: library, remembersNew: remembersStyles).note(inputs[.style])
      if let trace { try notes?.write(to: trace) }
      let folder = try publish(result)
      try FileSystem.remove(unfinished)
      return Outcome(
        picture: folder.appending("\(name).\(settings.output.fileExtension)"), loss: report.writtenLoss,
        stopReason: report.stopReason, reused: report.reused)
    } catch let interruption as Interruption {
      throw interruption
    } catch {
      if FileStatus(JobDirectory(unfinished).checkpointPath) == nil { try? FileSystem.remove(unfinished) }
      throw error
    }
  }

  private func job(_ inputs: Inputs<InputFile>, _ notes: Trace?) -> PaintingJob {
    var settings = settings
    if notes != nil { settings.force = true }  // what is not painted cannot be traced
    return PaintingJob(
      name: name, settings: settings, inputs: inputs, cache: cache, threads: threads,
      checkpointPath: JobDirectory(unfinished).checkpointPath, trace: notes, now: now ?? PaintingTime.systemClock)
  }

  /// Moves the results to OUTPUT/NAME, or NAME-2 where that is taken.
  private func publish(_ folder: Path) throws -> Path {
    let target = FreeName.first({ output.appending(FreeName.numbered(name, $0)) }) { FileStatus($0) != nil }
    try FileSystem.rename(folder, target)
    return target
  }
}

extension StyleLibrary {
  /// What somebody named on the command line: a file, or else a remembered style.
  ///
  /// - Throws: `NoSuchPainting` when it can only be a style, and there is none.
  func picture(_ file: Path) throws -> InputFile {
    guard let name = file.lastName.text.flatMap(StyleName.init), name.text == file.text, FileStatus(file) == nil else {
      return InputFile(
        path: try ImageFile.meant(by: file),
        style: StyleUse(StyleName(ofFile: file.lastName, otherwise: "style"), isNamed: false))
    }
    do {
      return InputFile(path: try original(of: name).path, style: StyleUse(name, isNamed: true))
    } catch let error as StyleNotFound {
      throw NoSuchPainting(name: name.text, error: error)
    }
  }
}

/// The folder of results cannot be used.
private struct OutputProblem: Error, CustomStringConvertible {
  let folder: Path
  let problem: FolderProblem

  var description: String { "the output folder \(folder) (-o) cannot be used: \(problem)" }
}

/// Neither a file nor a remembered style.
private struct NoSuchPainting: Error, CustomStringConvertible {
  let name: String
  let error: StyleNotFound

  var description: String { "\(name): there is no such file, and \(error). \(StyleNotFound.advice)" }
}
