import Cache
import Files
import Images
import Jobs
import Kernels
import NeuralNetwork
import StyleLibrary

/// The loss of a picture that somebody has painted, with us or with another program.
package struct Evaluation: Encodable {
  /// One loss of one layer, or of the pixels.
  package struct Part: Encodable {
    package var kind: String
    package var layer: String?
    package var painting: Int?
    package var scale: Double?
    package var weight: Double
    /// Weighted.
    package var loss: Double
    /// The loss itself; nil for a weight of zero.
    package var unweighted: Double?
  }

  package let loss: Double
  /// The settings' names of what was compared.
  package let contentLoss: String?
  package let styleLoss: String?
  /// The parts of `loss`.
  package let losses: [Part]

  /// The photo is resized to the painted picture's size, the paintings as the settings say.
  ///
  /// - Parameter styleSize: of the painting in pixels, in place of what the settings say.
  /// - Throws: what is wrong with a picture, `PictureTooNarrow`, `MemoryExceeded`.
  package init(
    of result: Path, _ named: NamedPictures, _ settings: Settings, styleSize: (width: Int, height: Int)?,
    cache: CacheFolder, library: StyleLibrary
  ) throws {
    let painted = try ImageDecoder.decode(path: result, keepingAlpha: settings.background == .keep).image
    let pictures = try InputPictures(
      named.files(for: settings, library), settings, result: (painted.width, painted.height), style: styleSize)
    let setup = try PaintingSetup(settings, pictures, cache, Engine(), weights: VerifiedWeights(settings.network))
    let terms = setup.loss(of: pictures.withHiddenColours(painted))
    loss = terms.total
    contentLoss = settings.task.usesContent ? settings.contentLoss.rawValue : nil
    styleLoss = settings.task.usesStyle ? settings.styleLoss.rawValue : nil
    losses = zip(Report.losses(terms, pictures), terms.all).map { row, term in
      Part(
        kind: row.kind, layer: row.layer, painting: row.painting, scale: row.scale, weight: term.weight,
        loss: term.loss, unweighted: term.unweighted)
    }
  }
}

extension InputPictures {
  /// The photo's own where it is transparent, as all that is painted has them: what another program left there, nobody can see.
  fileprivate func withHiddenColours(_ painted: RGBImage) -> RGBImage {
    guard let photo = content, let alpha = photo.alpha else { return painted }
    var pixels = painted.pixels
    for pixel in alpha.values.indices where alpha.values[pixel] == 0 {
      let range = 3 * pixel..<3 * pixel + 3
      pixels.replaceSubrange(range, with: photo.resized.pixels[range])
    }
    return RGBImage(width: painted.width, height: painted.height, pixels: pixels)
  }
}

extension Evaluation {
  /// As a table: one row for each part, the sum last.
  package var text: String {
    let rows = losses.map { part in
      let painting = part.painting.map { " of painting \($0)" } ?? ""
      let scale = part.scale.map { " at scale \($0)" } ?? ""
      return [
        part.kind + painting + scale, part.layer ?? "", part.unweighted?.fourDigits ?? "-", part.weight.fourDigits,
        part.loss.fourDigits,
      ]
    }
    let table =
      [["loss", "layer", "unweighted", "weight", "weighted"]] + rows + [["all", "", "", "", loss.fourDigits]]
    let widths = (0..<5).map { column in table.map { $0[column].count }.max()! }
    return table.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < 2 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
