import Foundation
import Jobs
import KernelTypes
import Kernels
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
  ///   - pictureBytes: of pictures that are kept throughout, beside the network's.
  ///   - vectors: what the optimiser keeps, in vectors of single precision as long as the picture.
  ///   - limit: in bytes.
  init(
    _ architecture: Architecture, losses: LossLayers, pooling: PoolingKind, picture: Size, style: Size?,
    pictureBytes: Int, vectors: Int, threads: Int, limit: Int?
  ) {
    let whole = NetworkPlan(
      architecture, observed: losses.all, pooling: pooling, height: picture.height, width: picture.width,
      gradient: true)
    func targets(_ layers: Set<Layer>, _ size: Size?) -> Int {
      guard let size, !layers.isEmpty else { return 0 }
      return NetworkPlan(
        architecture, observed: layers, pooling: pooling, height: size.height, width: size.width, gradient: false
      ).bytes
    }
    let pixels = picture.width * picture.height
    let stylePixels = style.map { $0.width * $0.height } ?? 0
    let contentTargets = losses.content.reduce(0) { sum, layer in
      sum + 4 * layer.channels * layer.extent(of: picture.height) * layer.extent(of: picture.width)
    }
    let vectorBytes = vectors * 3 * 4 * pixels
    let base =
      Self.programBytes + NetworkWeights.bytes(architecture, deepest: losses.all.max()!)
      + Engine.scratchBytes(threads: threads, width: max(picture.width, style?.width ?? 0))
      + pictureBytes
    let other = base + contentTargets + vectorBytes
    otherBytes = other
    // One after the other. A run that goes on has the optimiser's state already, for a moment twice; content targets are copied
    // twice on their way into the cache.
    let reading = max(
      targets(losses.style, style) + 3 * 4 * stylePixels, targets(losses.content, picture), 2 * contentTargets,
      vectorBytes)
    targetBytes = other + reading
    limitBytes = limit
    network = limit.map { whole.fitting($0 - other) } ?? whole
  }

  /// The program itself, its libraries and what they allocate.
  private static let programBytes = 48 << 20

  /// Which layers have losses.
  struct LossLayers {
    var content: Set<Layer>
    var style: Set<Layer>
    var all: Set<Layer> { content.union(style) }
  }

  /// As people are told: "3840x2160 needs 5.8 GiB; with blocks 1 to 4 computed again in strips of 16 rows 1.8 GiB, 1.5x the time".
  package var description: String {
    let size = "\(network.width)x\(network.height)"
    let whole = network.recomputing(0).bytes + otherBytes
    guard network.recomputedBlocks > 0 else { return "\(size) needs \(max(whole, targetBytes).inGibibytes)" }
    let blocks = network.recomputedBlocks == 1 ? "block 1" : "blocks 1 to \(network.recomputedBlocks)"
    return """
      \(size) needs \(max(whole, targetBytes).inGibibytes); with \(blocks) computed again in strips of \
      \(network.rowsPerStrip) rows \(bytes.inGibibytes), \
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
    let losses = LossWeights(settings)
    let canvas = pictures.canvas!.resized
    self.init(
      Architecture(settings.network),
      losses: LossLayers(content: Set(losses.content.keys), style: Set(losses.style.keys)),
      pooling: PoolingKind(settings.pooling), picture: (canvas.width, canvas.height),
      style: pictures.style.map { ($0.resized.width, $0.resized.height) },
      pictureBytes: pictures.bytes + settings.frameBytes(canvas.width, canvas.height),
      vectors: settings.optimizer == .lbfgs ? LBFGS.vectors(historySize: settings.historySize) : Adam.vectors,
      threads: threads, limit: [limit, settings.memoryBytes].compactMap { $0 }.min())
    guard fits else { throw MemoryExceeded(plan: self) }
  }
}

extension InputPictures {
  /// Bytes of the pictures as they were read, as they are painted, once more on the way to planes, and the planes.
  fileprivate var bytes: Int {
    let all = [content, style].compactMap { $0 }
    let read = all.reduce(0) { $0 + $1.original.image.pixels.count }
    let painted = all.reduce(0) { $0 + $1.resized.pixels.count }
    let canvas = canvas!.resized
    return read + 2 * painted + 3 * 4 * canvas.width * canvas.height
  }
}

extension Settings {
  /// Bytes of the animation's frames for a result of this size.
  fileprivate func frameBytes(_ width: Int, _ height: Int) -> Int {
    guard let gif else { return 0 }
    let frame = min(width, gif.width)
    return 3 * frame * (height * frame / width + 1) * (1 + stages.reduce(0) { $0 + $1.iterations })
  }
}

extension Int {
  /// As `memory:` takes it: "1067M".
  fileprivate var inSettings: String { "\((self + (1 << 20) - 1) >> 20)M" }

  /// "1.9 GiB", or "350 MiB" where that is less than one.
  var inGibibytes: String {
    self >= 1 << 30
      ? String(format: "%.1f GiB", (Double(self) / Double(1 << 30) * 10).rounded(.up) / 10)
      : "\((self + (1 << 20) - 1) >> 20) MiB"
  }
}

/// What cannot be painted within the limit.
struct MemoryExceeded: Error, CustomStringConvertible {
  let plan: MemoryPlan

  var description: String {
    """
    memory: \(plan.limitBytes!.inSettings) is too little: \(plan.network.width)x\(plan.network.height) needs at least \
    \(plan.bytes.inSettings) with these settings; allow that much, or set a smaller size, style_scale, history_size (with \
    optimizer: lbfgs) or gif
    """
  }
}
