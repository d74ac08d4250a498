import ArgumentParser
import Cache
import Files
import Painter
import StyleLibrary

/// Does one claimed job; the daemon starts it, here or in a cluster.
struct Work: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Do one claimed job (started by `easel watch`).", shouldDisplay: false)

  @Argument(help: "The job's directory, outbox/.jobs/ID.")
  var directory: Path

  @Option(help: "In a cluster the number of the attempt, whose directory is JOBDIR/attempts/NUMBER.")
  var attempt: Int?

  @Option(help: "The folder of the cache.")
  var cache: Path = "./cache"

  @Option(help: "How much room the cache may take, in bytes.")
  var cacheSize = CacheFolder.defaultBudgetBytes

  @Option(help: "The folder of the remembered styles.")
  var styles: Path = "./styles"

  @Flag(inversion: .prefixedNo, help: "Remember the painting as a style.")
  var remember = true

  @Option(help: "The most threads to compute with, whatever the settings say.")
  var threads: Int?

  @Option(help: "The most memory to use, in bytes.")
  var memory: Int?

  @Flag(help: "Only paint a small picture, for people to look at while the job waits.")
  var preview = false

  @Flag(help: "Only say how many bytes of memory the job will take.")
  var plan = false

  func validate() throws { try checkInstructionSet() }

  func run() throws {
    var (folder, note) = (cache, String?.none)
    if attempt != nil { (folder, note) = ClusterNode.cache(in: cache) }
    var worker = JobWorker(
      directory, attempt: attempt, cache: CacheFolder(directory: folder, budgetBytes: cacheSize),
      library: note == nil ? StyleLibrary(styles) : nil)  // its locks are no better than the cache's
    (worker.remembersStyles, worker.threads, worker.memoryBytes) = (remember, threads, memory)
    worker.notes = note.map { [$0] } ?? []
    if preview { return try worker.paintPreview() }
    if plan { return print(try worker.plannedBytes()) }
    let code = try worker.run()
    if code != 0 { throw ExitCode(code) }
  }
}
