import ArgumentParser
import Cache
import Files
import Jobs
import Painter
import Spool
import StyleLibrary

/// Paints one picture from the command line.
struct Paint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Paint one photo in the manner of one painting, or of several.",
    discussion: """
      Writes a folder with the picture, the animation, a report and the settings. A run that is interrupted with \
      Ctrl-C keeps its state there and goes on when it is started again in the same way.
      """)

  @Argument(help: "The photo.", completion: .pictures)
  var content: Path

  @Argument(help: "The painting, or the name of a remembered style; several are mixed.", completion: .paintings)
  var style: [Path]

  @OptionGroup var styleOptions: StyleOptions

  @Option(name: .short, help: "The folder that gets the folder of results.", completion: .directory)
  var output: Path = "."

  @OptionGroup var settingsOptions: SettingsOptions

  @Option(help: "The folder of the cache.", completion: .directory)
  var cache: Path = "./cache"

  @Option(help: "How much room the cache may take afterwards, as 500M or 20G (default: 2G).")
  var cacheSize: String?

  @Option(help: "The folder of the remembered styles.", completion: .directory)
  var styles: Path = "./styles"

  @Flag(inversion: .prefixedNo, help: "Remember the painting as a style.")
  var remember = true

  @Option(help: "Threads to compute with (default: one per usable processor).")
  var threads: Int?

  @Option(
    help: "Write a CSV file of the loss against seconds, of every evaluation.", completion: .file(extensions: ["csv"]))
  var trace: Path?

  @OptionGroup var openOption: OpenOption
  @OptionGroup var pictureOptions: PictureOptions

  func validate() throws {
    try checkInstructionSet()
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
    if let cacheSize, cacheBytes == nil {
      throw ValidationError("--cache-size: expected a size as 500M or 20G, found \(cacheSize)")
    }
  }

  private var cacheBytes: Int? { cacheSize.flatMap(ByteSize.init)?.bytes }

  func run() throws {
    var painting = DirectPainting(
      try styleOptions.pictures(content, style), settings: try settingsOptions.resolved(styleOptions.settings),
      output: output,
      cache: CacheFolder(directory: cache, budgetBytes: cacheBytes ?? CacheFolder.defaultBudgetBytes),
      library: StyleLibrary(styles))
    (painting.remembersStyles, painting.threads, painting.trace) = (remember, threads, trace)
    let outcome = try painting.runWithProgressBar()
    let reused = outcome.reused.map { "; \($0.words)" } ?? ""
    print("\(outcome.picture): loss \(outcome.loss.fourDigits), \(outcome.stopReason)\(reused)")
    pictureOptions.show(outcome.picture)
    openOption.show(outcome.picture)
  }
}
