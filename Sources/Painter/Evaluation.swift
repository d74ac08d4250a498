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
    package var painting: Int?
    package var scale: Double?
    package var loss: Double
  }

  package let loss: Double
  /// The parts of `loss`, weighted.
  package let losses: [Part]

  /// The photo is resized to the painted picture's size, the paintings as the settings say.
  ///
  /// - Parameter styleSize: of the painting in pixels, in place of what the settings say.
  /// - Throws: what is wrong with a picture, `PictureTooNarrow`, `MemoryExceeded`.
  package init(
    of result: Path, content: Path, styles: [Path], _ settings: Settings, styleSize: (width: Int, height: Int)?,
    cache: CacheFolder
  ) throws {
    var files = Inputs<InputFile>()
    if settings.task.usesContent { files[.content] = [InputFile(path: content)] }
    if settings.task.usesStyle { files[.style] = styles.map { InputFile(path: $0) } }
    let painted = try ImageDecoder.decode(path: result).image
    let pictures = try InputPictures(
      files, settings, result: (painted.width, painted.height), style: styleSize)
    let setup = try PaintingSetup(settings, pictures, cache, Engine(), weights: VerifiedWeights(settings.network))
    let terms = setup.loss(of: painted)
    loss = terms.total
    losses = Report.losses(terms, pictures).map {
      Part(kind: $0.kind, layer: $0.layer, painting: $0.painting, scale: $0.scale, loss: $0.loss)
    }
  }
}
