import ArgumentParser
import Cache
import Files
import Foundation
import Jobs
import Outbox
import StyleLibrary
import StyleTransfer

/// Paints one picture from the command line.
struct Paint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Paint one photo in the manner of one painting.",
    discussion: """
      Writes a folder with the picture, the animation, a report and the settings. A run that is interrupted with \
      Ctrl-C keeps its state there and goes on when it is started again in the same way.
      """)

  @Argument(help: "The photo.", completion: .file(extensions: ["jpg", "jpeg", "png"]))
  var content: String

  @Argument(
    help: "The painting, or the name of a remembered style.", completion: .file(extensions: ["jpg", "jpeg", "png"]))
  var style: String

  @Option(name: .short, help: "The folder that gets the folder of results.")
  var output = "."

  @Option(help: "A settings file.", completion: .file(extensions: ["yaml", "yml", "json"]))
  var settings: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue, help: "KEY=VALUE, laid over the settings file; may be repeated.")
  var overrides: [String] = []

  @Option(help: "The folder of the cache.")
  var cache = "./cache"

  @Option(help: "How much room the cache may take afterwards, as 500M or 20G (default: 2G).")
  var cacheSize: String?

  @Option(help: "The folder of the remembered styles.")
  var styles = "./styles"

  @Flag(inversion: .prefixedNo, help: "Remember the painting as a style.")
  var remember = true

  @Option(help: "Threads to compute with (default: one per usable processor).")
  var threads: Int?

  @Option(
    help: "Write a CSV file of the loss against seconds, of every evaluation.", completion: .file(extensions: ["csv"]))
  var trace: String?

  func run() throws {
    let notes = trace.map { _ in Trace() }
    var settings = try resolvedSettings()
    if trace != nil { settings.force = true }  // what is not painted cannot be traced
    let library = StyleLibrary(styles)
    let painting = settings.task.usesStyle ? try library.picture(style) : nil
    let name = Self.name(of: settings.task.usesContent ? content : style)
    let unfinished = Path("\(output)/.\(name).painting")
    let checkpoint = "\(unfinished)/checkpoint"
    try Self.makeFolders("\(unfinished)/result")
    let lock = try JobDirectory("\(unfinished)").lock()
    defer { withExtendedLifetime(lock) {} }
    // A run that failed while it wrote may have left some of its files.
    try FileSystem.remove(Path("\(unfinished)/result"))
    try FileSystem.makeFolder(Path("\(unfinished)/result"))
    let job = PaintingJob(
      name: name, settings: settings,
      inputs: .init(
        content: settings.task.usesContent ? content : nil, style: painting?.file,
        styleName: painting.flatMap { $0.use.isNamed ? $0.use.name : nil }),
      cache: CacheFolder(directory: cache, budgetBytes: cacheBytes ?? CacheFolder.defaultBudgetBytes), threads: threads,
      checkpointPath: checkpoint, trace: notes)
    let stop = StopRequest()
    let bar = ProgressBar()
    do {
      let report = try job.run(
        into: "\(unfinished)/result",
        observer: PaintingJob.Observer(
          progress: { stage in
            bar.show(stage)
            if stop.wasMade { throw Interruption() }
          }))
      bar.finish()
      StyleMemory(library: library, remembersNew: remember).note(painting?.use, painting?.file)
      if let trace { try notes?.write(to: trace) }
      let result = try publish("\(unfinished)/result", name)
      try FileSystem.remove(unfinished)
      let reused = report.reused.map { "; \($0.words)" } ?? ""
      print(
        "\(result)/\(name).\(settings.output.fileExtension): loss \(report.writtenLoss), \(report.stopReason)\(reused)")
    } catch is Interruption {
      bar.finish()
      Diagnostics.print("Stopped. Start the same command again to go on from here (kept in \(unfinished)).")
      throw ExitCode(130)
    } catch {
      bar.finish()
      if !FileManager.default.fileExists(atPath: checkpoint) { try? FileSystem.remove(unfinished) }
      throw error
    }
  }

  /// The file's name without its ending, and without the ".content" of a job's file.
  private static func name(of file: String) -> String {
    let stem = URL(filePath: file).deletingPathExtension().lastPathComponent
    let role = [".content", ".style"].first { stem.hasSuffix($0) } ?? ""
    let name = stem.dropLast(role.count).drop { $0 == "." }
    return name.isEmpty ? "picture" : String(name)
  }

  /// Makes a folder and those that lead to it.
  private static func makeFolders(_ path: String) throws {
    var folder = path.hasPrefix("/") ? "/" : ""
    for name in path.split(separator: "/") {
      folder += "\(name)"
      var isFolder: ObjCBool = false  // also through a link
      let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
      if !exists || !isFolder.boolValue { try FileSystem.makeFolder(Path(folder)) }
      folder += "/"
    }
  }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
    if let cacheSize, cacheBytes == nil {
      throw ValidationError("--cache-size: expected a size as 500M or 20G, found \(cacheSize)")
    }
  }

  private var cacheBytes: Int? { cacheSize.flatMap(SettingsByteSize.init)?.bytes }

  private func resolvedSettings() throws -> Settings {
    var document = SettingsDocument()
    if let settings {
      document = try SettingsDocument(parsing: SettingsFile.contents(settings), source: settings)
    }
    for option in overrides { document = try document.setting(option) }
    return try Settings(validating: document)
  }

  /// Moves the results to OUTPUT/NAME, or NAME-2 where that is taken.
  private func publish(_ folder: String, _ name: String) throws -> String {
    var number = 1
    while true {
      let target = "\(output)/\(name)" + (number == 1 ? "" : "-\(number)")
      number += 1
      if FileManager.default.fileExists(atPath: target) { continue }
      try FileSystem.rename(Path(folder), Path(target))
      return target
    }
  }
}

extension StyleLibrary {
  /// What somebody named on the command line: a file, or else a remembered style.
  ///
  /// - Throws: `StyleNotFound` when it can only be a style, and there is none.
  fileprivate func picture(_ fileOrName: String) throws -> (file: String, use: StyleUse) {
    guard let name = StyleName(fileOrName), !FileManager.default.fileExists(atPath: fileOrName) else {
      let name = StyleName(ofFile: Path(fileOrName).lastName, otherwise: "style")
      return (fileOrName, StyleUse(name, isNamed: false))
    }
    do {
      return ("\(try original(of: name).path)", StyleUse(name, isNamed: true))
    } catch let error as StyleNotFound {
      throw NoSuchPainting(name: fileOrName, error: error)
    }
  }
}

/// Neither a file nor a remembered style.
private struct NoSuchPainting: Error, CustomStringConvertible {
  let name: String
  let error: StyleNotFound

  var description: String { "\(name): there is no such file, and \(error). \(StyleNotFound.advice)" }
}

enum Diagnostics {
  static func print(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

enum SettingsFile {
  /// The bytes of a settings file that somebody named on the command line.
  static func contents(_ path: String) throws -> [UInt8] {
    guard let bytes = try FileSystem.contents(Path(path)) else { throw FileError("open", Path(path), code: ENOENT) }
    return bytes
  }
}
