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
    var pictures = try InputPictures(
      .init(content: settings.task.usesContent ? content : nil, style: settings.task.usesStyle ? style : nil),
      settings.sized(max(painted.width, painted.height)))
    pictures.content?.resize(width: painted.width, height: painted.height)
    if let styleSize { pictures.style?.resize(width: styleSize.width, height: styleSize.height) }
    let setup = try PaintingSetup(settings, pictures, cache, Engine(), weights: OpenWeights(settings.network))
    let terms = setup.loss(of: painted)
    loss = terms.total
    losses = Report.losses(terms).map { Part(kind: $0.kind, layer: $0.layer, loss: $0.loss) }
  }
}

extension Settings {
  fileprivate func sized(_ size: Int) -> Settings {
    var copy = self
    copy.scales = .none
    copy.size = size
    return copy
  }
}

extension InputPictures.Picture {
  fileprivate mutating func resize(width: Int, height: Int) {
    resized = original.image.resized(width: width, height: height)
  }
}
