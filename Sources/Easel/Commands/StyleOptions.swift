import ArgumentParser
import Files
import Painter

/// What several paintings of a command line count, and where.
struct StyleOptions: ParsableArguments {
  /// In place of a mask.
  private static let none = "-"

  @Option(help: "How much each painting counts, as 2,1 (default: all alike).")
  var styleWeights: String?

  @Option(
    parsing: .singleValue,
    help: "A picture that is white where in the result a painting counts; one for each painting, - for everywhere.",
    completion: .pictures)
  var mask: [Path] = []

  @Option(
    parsing: .singleValue,
    help: "A picture that is white where a painting counts; one for each painting, - for all of it.",
    completion: .pictures)
  var styleMask: [Path] = []

  /// As `KEY=VALUE` of settings.
  var settings: [String] { styleWeights.map { ["style_weights=[\($0)]"] } ?? [] }

  func pictures(_ content: Path, _ styles: [Path]) throws -> NamedPictures {
    for (option, masks) in [("--mask", mask), ("--style-mask", styleMask)] where masks.count > styles.count {
      throw ValidationError(
        "\(option): found \(masks.count) for \(styles.count) painting\(styles.count == 1 ? "" : "s")")
    }
    var pictures = NamedPictures(content: content, styles: styles)
    pictures.masks = mask.map { $0.text == Self.none ? nil : $0 }
    pictures.styleMasks = styleMask.map { $0.text == Self.none ? nil : $0 }
    return pictures
  }
}
