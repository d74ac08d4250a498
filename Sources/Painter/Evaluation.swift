import Cache
import Files
import Images
import Jobs
import Kernels
import NeuralNetwork

/// The loss of a picture that somebody has painted, with us or with another program.
package struct Evaluation: Encodable {
  package struct Part: Encodable {
    package var kind: String
    package var layer: String?
    package var loss: Double
  }

  package let loss: Double
  /// The parts of `loss`, weighted.
  package let losses: [Part]

  /// The photo is resized to the painted picture's size, the painting as the settings say.
  ///
  /// - Parameter styleSize: of the painting in pixels, in place of what the settings say.
  /// - Throws: what is wrong with a picture, `PictureTooNarrow`, `MemoryExceeded`.
  package init(
    of result: Path, content: Path, style: Path, _ settings: Settings, styleSize: (width: Int, height: Int)?,
    cache: CacheFolder
  ) throws {
    let painted = try ImageDecoder.decode(path: result).image
    let pictures = try InputPictures(
      Inputs(
        content: settings.task.usesContent ? InputFile(path: content) : nil,
        style: settings.task.usesStyle ? InputFile(path: style) : nil),
      settings, result: (painted.width, painted.height), style: styleSize)
    let setup = try PaintingSetup(settings, pictures, cache, Engine(), weights: VerifiedWeights(settings.network))
    let terms = setup.loss(of: painted)
    loss = terms.total
    losses = Report.losses(terms).map { Part(kind: $0.kind, layer: $0.layer, loss: $0.loss) }
  }
}
