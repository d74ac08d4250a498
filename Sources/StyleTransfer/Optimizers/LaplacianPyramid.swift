/// A picture as a sum of levels, each of half the size of the one before, enlarged: x = l0 + U (l1 + U (l2 + ...)), where U enlarges
/// bilinearly. Burt & Adelson, "The Laplacian Pyramid as a Compact Image Code", 1983.
///
/// Kolkin, Salavon & Shakhnarovich, "Style Transfer by Relaxed Optimal Transport and Self-Similarity", 2019, optimise the levels in
/// place of the pixels: what is large in a picture can change at once, and fine noise has no advantage. For a quasi-Newton search
/// that is the same as a search over pixels whose first estimate of the inverse Hessian is B Bᵀ in place of the identity, where B
/// makes a picture of its levels; so no levels have to be kept.
package struct LaplacianPyramid: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// Halvings; fewer where half of a side would be less than `smallestSide`.
  package let levels: Int

  package static let smallestSide = 8

  package init(width: Int, height: Int, levels: Int) {
    self.width = width
    self.height = height
    self.levels = levels
  }

  /// B Bᵀ times a picture, `[3][height][width]`.
  package func metric(times picture: [Float]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(picture.count)
    let pixels = width * height
    for first in stride(from: 0, to: 3 * pixels, by: pixels) {
      let plane = Plane(width: width, height: height, values: Array(picture[first..<first + pixels]))
      result += plane.timesMetric(levels: levels).values
    }
    return result
  }
}

extension LaplacianPyramid {
  private enum Name {
    static let width = "pyramidWidth"
    static let height = "pyramidHeight"
    static let levels = "pyramidLevels"
  }

  func save(in state: inout OptimizerState) {
    state.numbers[Name.width] = Double(width)
    state.numbers[Name.height] = Double(height)
    state.numbers[Name.levels] = Double(levels)
  }

  /// Whether there is any part of one in the state.
  static func isSaved(in state: OptimizerState) -> Bool {
    [Name.width, Name.height, Name.levels].contains { state.numbers[$0] != nil }
  }

  /// Nil where there is none in the state, or one of another size than its point.
  init?(_ state: OptimizerState) {
    guard let width = state.count(Name.width), let height = state.count(Name.height),
      let levels = state.count(Name.levels), let count = state.vectors["x"]?.count,
      (1...count).contains(width), count.isMultiple(of: 3 * width), count / (3 * width) == height
    else { return nil }
    self.init(width: width, height: height, levels: levels)
  }
}

/// One colour of a picture: `[height][width]`.
private struct Plane {
  let width: Int
  let height: Int
  var values: [Float]

  /// v + U M Uᵀ v, with the M of the level below.
  func timesMetric(levels: Int) -> Plane {
    guard levels > 0, min(width, height) >= 2 * LaplacianPyramid.smallestSide else { return self }
    var sum = self
    sum.add(enlarged: reduced().timesMetric(levels: levels - 1))
    return sum
  }

  /// Uᵀ v, of half the size: each value handed to the four that it would be interpolated from.
  private func reduced() -> Plane {
    let (columns, rows) = (Halves(width), Halves(height))
    var half = Plane(
      width: columns.count, height: rows.count, values: [Float](repeating: 0, count: columns.count * rows.count))
    var line = [Float](repeating: 0, count: columns.count)
    for y in 0..<height {
      for x in line.indices { line[x] = 0 }
      for x in 0..<width {
        let value = values[y &* width &+ x]
        line[columns.near(x)] += Halves.nearShare * value
        line[columns.far(x)] += Halves.farShare * value
      }
      let (near, far) = (rows.near(y) &* half.width, rows.far(y) &* half.width)
      for x in line.indices {
        half.values[near &+ x] += Halves.nearShare * line[x]
        half.values[far &+ x] += Halves.farShare * line[x]
      }
    }
    return half
  }

  /// + U h
  private mutating func add(enlarged half: Plane) {
    let (columns, rows) = (Halves(width), Halves(height))
    var line = [Float](repeating: 0, count: half.width)
    for y in 0..<height {
      let (near, far) = (rows.near(y) &* half.width, rows.far(y) &* half.width)
      for x in line.indices {
        line[x] = Halves.nearShare * half.values[near &+ x] + Halves.farShare * half.values[far &+ x]
      }
      for x in 0..<width {
        values[y &* width &+ x] += Halves.nearShare * line[columns.near(x)] + Halves.farShare * line[columns.far(x)]
      }
    }
  }
}

/// Where the numbers along a side lie among half as many: a quarter of a place beside the middle of one, on the side of another.
private struct Halves {
  /// Rounded up.
  let count: Int

  static let nearShare: Float = 0.75
  static let farShare: Float = 0.25

  init(_ side: Int) { count = (side + 1) / 2 }

  func near(_ index: Int) -> Int { index / 2 }
  /// At the ends there is none beyond: the near one again.
  func far(_ index: Int) -> Int {
    index % 2 == 0 ? max(index / 2 - 1, 0) : min(index / 2 + 1, count - 1)
  }
}
