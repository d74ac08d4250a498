/// Heckbert's median cut with Wu's choice of cuts: always the box with the largest squared error is cut, across its
/// longest axis (in Oklab), where the two parts' errors add up to the least.
enum MedianCut {
  /// At most `count` mean colours (sRGB 0...255) of boxes that hold all of `colours`.
  static func representatives(of colours: [WeightedColour], count: Int) -> [SIMD3<Float>] {
    var boxes = [Box(colours[...])]
    while boxes.count < count, let widest = boxes.indices.max(by: { boxes[$0].error < boxes[$1].error }),
      let (low, high) = boxes[widest].halves()
    {
      boxes[widest] = low
      boxes.append(high)
    }
    return boxes.map(\.mean)
  }

  private struct Box {
    let colours: ArraySlice<WeightedColour>
    let moments: Moments

    init(_ colours: ArraySlice<WeightedColour>) {
      self.colours = colours
      moments = colours.reduce(into: Moments()) { $0.add($1) }
    }

    /// The squared distance of all pixels from their mean. A box of one colour has none, whatever rounding says.
    var error: Double { colours.count > 1 ? moments.variances.sum() : 0 }

    var mean: SIMD3<Float> {
      let sum = colours.reduce(into: SIMD3<Float>.zero) { $0 += $1.sRGB * $1.weight }
      return sum / Float(moments.weight)
    }

    /// Nil when there is nothing to gain.
    func halves() -> (Box, Box)? {
      guard error > 0 else { return nil }
      let variances = moments.variances
      let axis = (0..<3).max { variances[$0] < variances[$1] } ?? 0
      let sorted = colours.sorted { $0.oklab[axis] < $1.oklab[axis] }
      var left = Moments()
      var best = (error: Double.infinity, end: 1)
      for i in 0..<sorted.count - 1 {
        left.add(sorted[i])
        let error = left.variances.sum() + (moments - left).variances.sum()
        if error < best.error { best = (error, i + 1) }
      }
      return (Box(sorted[..<best.end]), Box(sorted[best.end...]))
    }
  }

  /// Weight, first and second moments of colours in Oklab.
  private struct Moments {
    var weight = 0.0
    var sum = SIMD3<Double>.zero
    var squares = SIMD3<Double>.zero

    mutating func add(_ colour: WeightedColour) {
      let position = SIMD3<Double>(colour.oklab)
      weight += Double(colour.weight)
      sum += position * Double(colour.weight)
      squares += position * position * Double(colour.weight)
    }

    /// Per axis, times the weight.
    var variances: SIMD3<Double> { weight > 0 ? squares - sum * sum / weight : .zero }

    static func - (a: Moments, b: Moments) -> Moments {
      Moments(weight: a.weight - b.weight, sum: a.sum - b.sum, squares: a.squares - b.squares)
    }
  }
}
