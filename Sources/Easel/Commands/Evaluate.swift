import ArgumentParser
import Cache
import Files
import Images
import Jobs
import Painter
import StyleLibrary

/// The loss of a picture that somebody has painted, with us or with another program.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the loss of a painted picture, and its parts.",
    discussion: "The photo is resized to the painted picture's size, the painting as the settings say.")

  @Argument(help: "The photo.", completion: .pictures) var content: Path
  @Argument(help: "The painting.", completion: .paintings) var style: Path
  @Argument(help: "The painted picture.", completion: .pictures) var result: Path
  @Option(name: .customLong("style"), help: "A further painting; may be repeated.", completion: .pictures)
  var furtherStyles: [Path] = []
  @OptionGroup var styleOptions: StyleOptions
  @OptionGroup var settingsOptions: SettingsOptions
  @Option(help: "The folder of the remembered styles.", completion: .directory) var styles: Path = "./styles"
  @Option(help: "The folder of the cache.", completion: .directory) var cache: Path = "./cache"
  @Option(help: "The painting's size, as WIDTHxHEIGHT, in place of what the settings say.") var styleSize: String?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws { try checkInstructionSet() }

  func run() throws {
    let evaluation = try Evaluation(
      of: ImageFile.meant(by: result), styleOptions.pictures(content, [style] + furtherStyles),
      settingsOptions.resolved(styleOptions.settings), styleSize: styleSize.map(Self.size),
      cache: CacheFolder(directory: cache), library: StyleLibrary(styles))
    guard !json else { return print(try JSON.text(evaluation, snakeCaseKeys: true)) }
    print(evaluation.text)
  }

  private static func size(_ text: String) throws -> (width: Int, height: Int) {
    let numbers = text.split(separator: "x").map { Int($0) }
    guard numbers.count == 2, let width = numbers[0], let height = numbers[1], (1...16384).contains(width),
      (1...16384).contains(height)
    else {
      throw ValidationError("--style-size: expected WIDTHxHEIGHT, as in 300x200, found '\(text)'")
    }
    return (width, height)
  }
}
