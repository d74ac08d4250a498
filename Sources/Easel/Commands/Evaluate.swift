import ArgumentParser
import Foundation
import Images
import Jobs
import Kernels
import NeuralNetwork
import Cache

/// The loss of a picture that somebody has painted, with us or with another program.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the loss of a painted picture, and its parts.",
    discussion: "The photo is resized to the painted picture's size, the painting as the settings say.")

  @Argument(help: "The photo.") var content: String
  @Argument(help: "The painting.") var style: String
  @Argument(help: "The painted picture.") var result: String
  @Option(help: "A settings file.") var settings: String?
  @Option(
    name: .customLong("set"), parsing: .singleValue, help: "KEY=VALUE, laid over the settings file; may be repeated.")
  var overrides: [String] = []
  @Option(help: "The folder of the cache.") var cache = "./cache"
  @Option(help: "The painting's size, as WIDTHxHEIGHT, in place of what the settings say.") var styleSize: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let painted = try ImageDecoder.decode(path: result).image
    var document = SettingsDocument()
    if let settings {
      document = try SettingsDocument(parsing: SettingsFile.contents(settings), source: settings)
    }
    for option in overrides { document = try document.setting(option) }
    let settings = try Settings(validating: document)
    let pictures = try InputPictures(
      .init(content: settings.task.usesContent ? content : nil, style: settings.task.usesStyle ? style : nil),
      settings, result: (painted.width, painted.height), style: styleSize.map(Self.size))
    let setup = try PaintingSetup(
      settings, pictures, CacheFolder(directory: cache), Engine(), weights: VerifiedWeights(settings.network))
    let terms = setup.loss(of: painted)
    if json {
      let evaluation = Evaluation(loss: terms.total, losses: Report.losses(terms))
      print(String(decoding: try JSONEncoder().encode(evaluation), as: UTF8.self))
    } else {
      print("loss \(terms.total)")
      for part in Report.losses(terms) { print("  \(part.kind) \(part.layer ?? "") \(part.loss)") }
    }
  }

  private struct Evaluation: Codable {
    var loss: Double
    var losses: [Report.Loss]
  }

  private static func size(_ text: String) throws -> (width: Int, height: Int) {
    let numbers = text.split(separator: "x").map { Int($0) }
    guard numbers.count == 2, let width = numbers[0], let height = numbers[1], width > 0, height > 0 else {
      throw ValidationError("--style-size: expected WIDTHxHEIGHT, as in 300x200, found '\(text)'")
    }
    return (width, height)
  }
}
