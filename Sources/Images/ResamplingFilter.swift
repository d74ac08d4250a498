internal import Glibc

/// For each output sample of one axis: the input samples it is made of, and their weights.
///
/// When shrinking, the kernel is widened by the scale, so that it is a low-pass filter for the output's rate. At the edges it is cut
/// and normalised.
struct ResamplingFilter {
  /// One output sample: `weights[firstWeight...]` over the inputs `first..<first + count`.
  struct Window {
    var first: Int
    var count: Int
    var firstWeight: Int
  }

  let windows: [Window]
  let weights: [Float]
  /// Inputs in the longest window.
  let longest: Int

  /// Lanczos with three lobes (Turkowski, "Filters for common resampling tasks", 1990): for colours.
  static func lanczos(from inputCount: Int, to outputCount: Int) -> ResamplingFilter {
    ResamplingFilter(from: inputCount, to: outputCount, radius: 3, kernel: lanczos3)
  }

  /// A tent, which never leaves the range of its inputs: for what must not ring, as alpha.
  static func tent(from inputCount: Int, to outputCount: Int) -> ResamplingFilter {
    ResamplingFilter(from: inputCount, to: outputCount, radius: 1) { max(0, 1 - abs($0)) }
  }

  /// - Parameters:
  ///   - radius: in samples, beyond which the kernel is zero.
  ///   - kernel: of the distance from the middle, in samples.
  private init(from inputCount: Int, to outputCount: Int, radius: Double, kernel: (Double) -> Double) {
    let scale = Double(inputCount) / Double(outputCount)
    let stretch = max(scale, 1)
    let support = radius * stretch
    var windows: [Window] = []
    var weights: [Float] = []
    windows.reserveCapacity(outputCount)
    for i in 0..<outputCount {
      let centre = (Double(i) + 0.5) * scale
      let first = max(0, Int(centre - support + 0.5))
      let end = min(inputCount, Int(centre + support + 0.5))
      let raw = (first..<end).map { kernel((Double($0) - centre + 0.5) / stretch) }
      let sum = raw.reduce(0, +)
      windows.append(Window(first: first, count: end - first, firstWeight: weights.count))
      weights += raw.map { Float($0 / sum) }
    }
    self.windows = windows
    self.weights = weights
    longest = windows.map(\.count).max() ?? 0
  }

  private static func lanczos3(_ x: Double) -> Double {
    abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0
  }

  private static func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(.pi * x) / (.pi * x)
  }
}
