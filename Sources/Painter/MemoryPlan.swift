import Files
import Foundation
import Jobs
import KernelTypes
import Kernels
import Networks
import NeuralNetwork
import StyleTransfer

/// How much memory a picture takes, and what is computed again so that it fits.
///
/// What grows with the picture is known before it begins; see `NetworkPlan` for what can be given up and at what price.
package struct MemoryPlan {
  /// Width and height in pixels.
  typealias Size = (width: Int, height: Int)

  /// The network that the losses are computed with.
  let network: NetworkPlan
  /// Bytes of everything else while the picture is painted.
  let otherBytes: Int
  /// Bytes while the targets are computed, before.
  let targetBytes: Int
  let limitBytes: Int?

  var bytes: Int { max(network.bytes + otherBytes, targetBytes) }
  var fits: Bool { bytes <= limitBytes ?? .max }

  /// - Parameters:
  ///   - picture: of the result.
  ///   - sources: of the pictures that targets are made of.
  ///   - pictureBytes: of pictures that are kept throughout, beside the network's.
  ///   - vectors: what the optimiser keeps, in vectors of single precision as long as the picture.
  ///   - limit: in bytes.
  init(
    _ architecture: Architecture, losses: LossList, pooling: PoolingKind, padding: PaddingKind = .zero,
    picture: Size, sources: [LossPicture: Size], pictureBytes: Int, vectors: Int, threads: Int, limit: Int?
  ) {
    let whole = NetworkPlan(
      architecture, observed: losses.layers, pooling: pooling, padding: padding, height: picture.height,
      width: picture.width, gradient: true)
    /// Of the pass that computes the targets of a picture. The photo's planes are among `pictureBytes`.
    func passBytes(_ source: LossPicture, _ size: Size) -> Int {
      let layers = losses.features.filter { $0.sources.contains { $0.picture == source } }.map(\.layer)
      let planes = source.role == .style ? 3 * 4 * size.width * size.height : 0
      guard !layers.isEmpty else { return planes }
      return planes
        + NetworkPlan(
          architecture, observed: layers, pooling: pooling, height: size.height, width: size.width, gradient: false
        ).bytes
    }
    let pixels = picture.width * picture.height
    let allTargets = losses.features.reduce(0) { sum, loss -> Int in
      let parts = loss.sources.compactMap { sources[$0.picture] }.map {
        loss.targetBytes(height: $0.height, width: $0.width)
      }
      // Mixed from several, there is one more.
      return sum + parts.reduce(parts.count > 1 ? parts[0] : 0, +)
    }
    let comparisons = losses.features.reduce(0) {
      $0 + $1.comparisonBytes(height: picture.height, width: picture.width)
    }
    /// Of making targets: what comparing with a picture of that size would take.
    func builderBytes(_ source: LossPicture, _ size: Size) -> Int {
      losses.features.filter { $0.sources.contains { $0.picture == source } }.reduce(0) {
        $0 + $1.comparisonBytes(height: size.height, width: size.width)
      }
    }
    let vectorBytes = vectors * 3 * 4 * pixels
    let base =
      Self.programBytes + NetworkWeights.bytes(architecture, deepest: losses.layers.max()!)
      + Engine.scratchBytes(threads: threads, width: sources.values.map(\.width).reduce(picture.width, max))
      + pictureBytes
    let other = base + allTargets + comparisons + vectorBytes
    otherBytes = other
    // One after the other. A run that goes on has the optimiser's state already, for a moment twice; targets are copied twice on
    // their way into the cache.
    let passes = sources.map { passBytes($0, $1) + builderBytes($0, $1) }
    let reading = passes.reduce(max(2 * allTargets, vectorBytes), max)
    targetBytes = other + reading
    limitBytes = limit
    network = limit.map { whole.fitting($0 - other) } ?? whole
  }

  /// The program itself, its libraries and what they allocate.
  private static let programBytes = 48 << 20

  /// As people are told: "3840x2160 needs 5.8 GiB; with blocks 1 to 4 computed again in strips of 16 rows 1.8 GiB, 1.5x the time".
  package var description: String {
    let size = "\(network.width)x\(network.height)"
    let whole = network.recomputing(0).bytes + otherBytes
    guard network.recomputedBlocks > 0 else { return "\(size) needs \(ByteSize(bytes: max(whole, targetBytes)).words)" }
    let blocks = network.recomputedBlocks == 1 ? "block 1" : "blocks 1 to \(network.recomputedBlocks)"
    return """
      \(size) needs \(ByteSize(bytes: max(whole, targetBytes)).words); with \(blocks) computed again in strips of \
      \(network.rowsPerStrip) rows \(ByteSize(bytes: bytes).words), \
      \(String(format: "%.1f", network.relativeTime))x the time
      """
  }
}

extension MemoryPlan {
  /// For pictures at their present size.
  ///
  /// - Parameter limit: in bytes; the settings may have a lower one.
  /// - Throws: `MemoryExceeded` where they don't fit the settings' limit.
  init(_ settings: Settings, _ pictures: InputPictures, threads: Int, limit: Int? = nil) throws {
    let canvas = pictures.canvasSize
    self.init(
      settings.network, losses: LossList(settings, styles: pictures.styleMixtures),
      pooling: PoolingKind(settings.pooling), padding: PaddingKind(settings.padding), picture: canvas,
      sources: pictures.sizes,
      pictureBytes: pictures.bytes + settings.frameBytes(canvas.width, canvas.height)
        + settings.colouringBytes(canvas.width, canvas.height),
      vectors: settings.optimizer == .lbfgs
        ? LBFGS.vectors(historySize: settings.historySize)
        : Adam.vectors(averages: settings.average > 0, warm: settings.adamWarmStart),
      threads: threads, limit: [limit, settings.memoryBytes].compactMap { $0 }.min())
    guard fits else { throw MemoryExceeded(plan: self) }
  }
}

extension InputPictures {
  /// Width and height in pixels of the pictures that targets are made of.
  fileprivate var sizes: [LossPicture: MemoryPlan.Size] {
    Dictionary(uniqueKeysWithValues: all.map { ($0.source, ($0.picture.width, $0.picture.height)) })
  }

  /// Bytes of the pictures as they were read, as they are painted, once more on the way to planes, the planes, and what
  /// resizing needs.
  fileprivate var bytes: Int {
    let all = byRole.map(\.picture)
    let read = all.reduce(0) { sum, picture in
      let copies = picture.isRecoloured ? 2 : 1
      return sum + copies * picture.original.image.pixels.count + (picture.original.alpha?.values.count ?? 0)
    }
    let painted = self.all.reduce(0) { $0 + 3 * $1.picture.width * $1.picture.height }
    let canvas = canvasSize
    return read + 2 * painted + 3 * 4 * canvas.width * canvas.height + (all.map(\.resizingBytes).max() ?? 0) + maskBytes
  }

  /// Bytes of masks as numbers, alphas among them, at the sizes of what they are laid over and of the layers, and of the photo that is
  /// kept and what becomes of it.
  private var maskBytes: Int {
    let masks = InputRole.allCases.filter(\.isMask).flatMap { pictures[$0] }
    let read = masks.map { 4 * $0.original.image.width * $0.original.image.height }.max() ?? 0
    let canvas = canvasSize.width * canvasSize.height
    let kept = pictures[.contentMask].isEmpty && content?.original.alpha == nil ? 0 : 2 * 3 * 4 * canvas
    let transparent = all.map(\.picture).filter { $0.original.alpha != nil }
    // An alpha is in bytes, too, and in the masks of paintings, of the content and of the total variation.
    let alphas =
      transparent.reduce(0) { $0 + (1 + 2 * 4) * $1.width * $1.height }
      + (content?.original.alpha == nil ? 0 : (2 + styleShares.count) * 2 * 4 * canvas)
    // A luma, an energy and its averages for a while, then the mask.
    let detail = settings.contentDetail > 0 && content != nil ? 4 * 4 * canvas : 0
    return 2 * read + masks.reduce(0) { $0 + 2 * 4 * $1.width * $1.height } + kept + alphas + detail
  }
}

extension InputPictures.Picture {
  /// Bytes that resizing needs for a while: the rows that the filter reads for one, and one row before it is resized.
  fileprivate var resizingBytes: Int {
    let rows = 6 * max(1, original.image.height / height + 1) + 2
    return 3 * 4 * (rows + 1) * width + 16 * original.image.width
  }
}

extension Settings {
  /// Bytes of the animation's frames for a result of this size, and of the pictures after each iteration.
  fileprivate func frameBytes(_ width: Int, _ height: Int) -> Int {
    // As files they have less than their pixels.
    let stills = stages.reduce(0) { $0 + $1.iterations * 3 * (width * $1.size / size) * (height * $1.size / size) }
    guard let gif else { return frames ? stills : 0 }
    let frame = min(width, gif.width)
    return (frames ? stills : 0)
      + 3 * frame * (height * frame / width + 1) * (1 + stages.reduce(0) { $0 + $1.iterations })
  }
}

extension Settings {
  /// Bytes of a finished picture's values beside those of the search, and of the photo at that size; without speckle there are its
  /// luma and chroma too.
  fileprivate func colouringBytes(_ width: Int, _ height: Int) -> Int {
    (preservesColoursAfterwards ? 4 + 4 + 1 : despeckle ? 4 + 4 : 0) * 3 * width * height
  }
}

/// What cannot be painted within the limit.
struct MemoryExceeded: Error, CustomStringConvertible {
  let plan: MemoryPlan

  var description: String {
    """
    memory: \(ByteSize(bytes: plan.limitBytes!).wholeMegabytes) is too little: \(plan.network.width)x\(plan.network.height) needs at least \
    \(ByteSize(bytes: plan.bytes).wholeMegabytes) with these settings; allow that much, or set a smaller size, style_scale, history_size (with \
    optimizer: lbfgs) or gif
    """
  }
}
