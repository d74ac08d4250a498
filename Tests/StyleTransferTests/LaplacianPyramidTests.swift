import StyleTransfer
import Testing

/// The metric of a search over the levels of a pyramid.
struct LaplacianPyramidTests {
  // MARK: Against the slow obvious version

  @Test(arguments: [(33, 18, 1), (40, 37, 2), (64, 33, 5), (9, 70, 3)])
  func theMetricIsThatOfTheLevels(width: Int, height: Int, levels: Int) {
    let pyramid = LaplacianPyramid(width: width, height: height, levels: levels)
    var random = Random(seed: 5)
    let picture = (0..<3 * width * height).map { _ in Float(Double.random(in: -1...1, using: &random)) }
    let fast = pyramid.metric(times: picture)
    for colour in 0..<3 {
      let plane = picture[colour * width * height..<(colour + 1) * width * height].map(Double.init)
      let slow = Self.metric(width, height, levels, times: plane)
      let part = fast[colour * width * height..<(colour + 1) * width * height]
      for (fast, slow) in zip(part, slow) { #expect(abs(Double(fast) - slow) < 2e-4, "\(colour)") }
    }
  }

  /// The sum over levels of U Uᵀ, each U as a matrix: its columns are the enlarged unit pictures of the level.
  private static func metric(_ width: Int, _ height: Int, _ levels: Int, times plane: [Double]) -> [Double] {
    var sides = [(width, height)]
    while sides.count <= levels, min(sides.last!.0, sides.last!.1) >= 16 {
      sides.append(((sides.last!.0 + 1) / 2, (sides.last!.1 + 1) / 2))
    }
    var result = plane
    for level in sides.indices.dropFirst() {
      for place in 0..<sides[level].0 * sides[level].1 {
        var unit = [Double](repeating: 0, count: sides[level].0 * sides[level].1)
        unit[place] = 1
        for finer in (0..<level).reversed() { unit = enlarged(unit, from: sides[finer + 1], to: sides[finer]) }
        let product = zip(unit, plane).reduce(0) { $0 + $1.0 * $1.1 }
        for index in result.indices { result[index] += unit[index] * product }
      }
    }
    return result
  }

  /// Bilinearly to twice the size: pixel `i` lies at `(i + 0.5) / 2 - 0.5`, and beyond the ends are the ends.
  private static func enlarged(_ plane: [Double], from: (Int, Int), to: (Int, Int)) -> [Double] {
    func sample(_ x: Int, _ y: Int) -> Double {
      plane[min(max(y, 0), from.1 - 1) * from.0 + min(max(x, 0), from.0 - 1)]
    }
    var result: [Double] = []
    for y in 0..<to.1 {
      for x in 0..<to.0 {
        let (u, v) = ((Double(x) + 0.5) / 2 - 0.5, (Double(y) + 0.5) / 2 - 0.5)
        let (left, top) = (u.rounded(.down), v.rounded(.down))
        let (right, bottom) = (u - left, v - top)
        let upper = (1 - right) * sample(Int(left), Int(top)) + right * sample(Int(left) + 1, Int(top))
        let lower = (1 - right) * sample(Int(left), Int(top) + 1) + right * sample(Int(left) + 1, Int(top) + 1)
        result.append((1 - bottom) * upper + bottom * lower)
      }
    }
    return result
  }

  @Test func whatIsTooSmallToBeHalvedIsItsOwnLevel() {
    let picture = (0..<3 * 15 * 40).map { Float($0) }
    #expect(LaplacianPyramid(width: 15, height: 40, levels: 4).metric(times: picture) == picture)
  }

  // MARK: Searches

  private static let side = 48
  /// A rectangle of one grey in each corner.
  private static let target = (0..<3 * side * side).map { index in
    let (x, y) = (index % side, index / side % side)
    return x < 24 ? (y < 24 ? 70.0 : 120) : (y < 24 ? 190 : 100)
  }

  /// Squared distances of neighbours' differences from those of the target, and of its pixels, which count little: what is large is
  /// soft, as it is in losses of features.
  private static func soft(_ x: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) -> Double {
    let off = target.indices.map { Double(x[$0]) - target[$0] }
    var loss = 0.0
    func add(_ difference: Double, _ weight: Double, _ places: (Int, Float)...) {
      loss += weight * difference * difference
      for (place, sign) in places { gradient[place] += sign * Float(2 * weight * difference) }
    }
    for index in off.indices { gradient[index] = 0 }
    for index in off.indices {
      add(off[index], 1e-4, (index, 1))
      if index % side > 0 { add(off[index] - off[index - 1], 1, (index, 1), (index - 1, -1)) }
      if index / side % side > 0 { add(off[index] - off[index - side], 1, (index, 1), (index - side, -1)) }
    }
    return loss
  }

  private static func search(levels: Int) -> LBFGS {
    LBFGS(
      start: PlanarPicture(width: side, height: side, values: [Float](repeating: 128, count: 3 * side * side)),
      pyramidLevels: levels)
  }

  @Test func aSearchOverLevelsChangesWhatIsLargeSooner() {
    var (pixels, levels) = (Self.search(levels: 0), Self.search(levels: 3))
    pixels.minimise(Self.soft, evaluations: 25)
    levels.minimise(Self.soft, evaluations: 25)
    #expect(levels.loss < pixels.loss / 4, "\(levels.loss), \(pixels.loss)")
    levels.minimise(Self.soft, evaluations: 200)
    #expect(zip(levels.x, Self.target).allSatisfy { abs(Double($0) - $1) < 1 })
  }

  @Test func aSavedSearchOverLevelsGoesOnAsTheOriginalWould() throws {
    var search = Self.search(levels: 3)
    for _ in 0..<15 {
      var saved = try #require(LBFGS(search.state))
      #expect(search.step(budget: 2, Self.soft) == saved.step(budget: 2, Self.soft))
      #expect(search.state == saved.state)
    }
    var state = search.state
    let pixels = Self.search(levels: 0)
    #expect(state.numbers["pyramidLevels"] == 3 && pixels.state.numbers["pyramidLevels"] == nil)
    for width in [47, 0, 0x1p62, .nan, nil] {
      state.numbers["pyramidWidth"] = width
      #expect(LBFGS(state) == nil, "a pyramid of another size than the point: \(String(describing: width))")
    }
  }
}
