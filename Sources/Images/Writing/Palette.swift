/// The colours of an indexed picture.
struct Palette: Equatable {
  let colours: [SIMD3<UInt8>]
  private let oklab: [SIMD3<Float>]

  init(_ colours: [SIMD3<UInt8>]) {
    self.colours = colours
    oklab = colours.map { Oklab.from(sRGB: SIMD3<Float>($0)) }
  }

  /// The index of the colour that looks most like this one.
  func nearest(to colour: SIMD3<Float>) -> Int {
    Self.nearest(to: Oklab.from(sRGB: colour), among: oklab)
  }

  /// At most `count` colours that stand for `colours`: variance-minimising median cut, then k-means.
  static func covering(_ colours: [WeightedColour], count: Int) -> Palette {
    var centres = MedianCut.representatives(of: colours, count: count)
    for _ in 0..<10 { refine(&centres, for: colours) }
    return Palette(centres.map { SIMD3<UInt8>($0.rounded(.toNearestOrAwayFromZero)) })
  }

  /// One step of k-means: colours go to the nearest centre in Oklab, and centres (sRGB) to the mean of their colours.
  private static func refine(_ centres: inout [SIMD3<Float>], for colours: [WeightedColour]) {
    let oklab = centres.map { Oklab.from(sRGB: $0) }
    var sums = [SIMD4<Float>](repeating: .zero, count: centres.count)
    for colour in colours {
      sums[nearest(to: colour.oklab, among: oklab)] += SIMD4(colour.sRGB, 1) * colour.weight
    }
    for (i, sum) in sums.enumerated() where sum.w > 0 { centres[i] = SIMD3(sum.x, sum.y, sum.z) / sum.w }
  }

  private static func nearest(to colour: SIMD3<Float>, among palette: [SIMD3<Float>]) -> Int {
    var best = 0
    var bestDistance = Float.infinity
    palette.withUnsafeBufferPointer { palette in
      for i in 0..<palette.count {
        let difference = palette[i] - colour
        let distance = (difference * difference).sum()
        if distance < bestDistance { (best, bestDistance) = (i, distance) }
      }
    }
    return best
  }
}
