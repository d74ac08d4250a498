import Kernels
import Testing

struct GramTests {
  private static let available = InstructionSet.available
  private static let channels = [16, 32, 48, 64, 80]

  @Test(arguments: available, channels)
  func gramMatrixIsTheMeanOfProducts(set: InstructionSet, channels: Int) {
    var random = Random(seed: 31)
    let engine = Engine(threads: 2, instructionSet: set)
    for pixels in [1, 2, 7, 255, 256, 257, 1023, 1024, 1025, 3000] {
      let features = Features(channels, Shape(1, pixels), random: &random)
      let matrix = engine.gramMatrix(features)
      #expect(relativeError(matrix, ReferenceGram.matrix(features)) < Tolerance.gramMatrix, "\(pixels) pixels")
      for row in 0..<channels {
        for column in 0..<row where matrix[row * channels + column] != matrix[column * channels + row] {
          Issue.record("not symmetric at \(row), \(column) with \(pixels) pixels")
        }
      }
    }
  }

  @Test(arguments: available, channels)
  func lossGradientSumsStyleAndContent(set: InstructionSet, channels: Int) {
    var random = Random(seed: 32)
    let engine = Engine(threads: 2, instructionSet: set)
    // Not symmetric, unlike a Gram matrix, so that S and its transpose differ.
    let style = random.floats(channels * channels)
    for pixels in [1, 5, 47, 48, 49, 383, 385, 1000] {
      let features = Features(channels, Shape(1, pixels), random: &random).rectified
      let content = Features(channels, Shape(1, pixels), random: &random)
      for (style, content) in [(style, content), (style, nil), (nil, content), (nil, nil)] as [([Float]?, Features?)] {
        let found = engine.lossGradient(
          features, matrices: style.map { [$0] } ?? [],
          differences: content.map { [(target: $0, factor: Float(0.7))] } ?? [])
        let expected = ReferenceGram.lossGradient(features, style: style, content: content, factor: 0.7)
        #expect(relativeError(found.values, expected.values) < Tolerance.lossGradient, "\(pixels) pixels")
      }
    }
  }

  @Test(arguments: available)
  func severalSourcesOfALayerAreAddedUp(set: InstructionSet) {
    var random = Random(seed: 34)
    let engine = Engine(threads: 2, instructionSet: set)
    for shape in Shape.odd {
      let features = Features(48, shape, random: &random).rectified
      let matrices = (0..<2).map { _ in random.floats(48 * 48) }
      let targets = (0..<3).map { _ in Features(48, shape, random: &random) }
      let factors: [Float] = [0.7, -1.3, 0.2]
      let pooled = Features(48, Shape(shape.height / 2, shape.width / 2), random: &random)
      let found = engine.lossGradient(
        features, matrices: matrices, differences: zip(targets, factors).map { (target: $0, factor: $1) },
        pooled: pooled)
      var expected = ReferencePooling.gradient(.average, features, pooled)
      for matrix in matrices {
        expected = expected + ReferenceGram.lossGradient(features, style: matrix, content: nil, factor: 0)
      }
      for (target, factor) in zip(targets, factors) {
        expected = expected + ReferenceGram.lossGradient(features, style: nil, content: target, factor: factor)
      }
      expected = expected.masked(by: features.positive)
      #expect(relativeError(found.values, expected.values) < Tolerance.lossGradient, "\(shape)")
    }
  }

  @Test(arguments: available)
  func gradientThroughThePoolingIsAdded(set: InstructionSet) {
    var random = Random(seed: 33)
    let engine = Engine(threads: 2, instructionSet: set)
    let style = random.floats(48 * 48)
    for shape in Shape.odd {
      let features = Features(48, shape, random: &random).rectified
      let pooled = Features(48, Shape(shape.height / 2, shape.width / 2), random: &random)
      let found = engine.lossGradient(features, matrices: [style], differences: [], pooled: pooled)
      let own = ReferenceGram.lossGradient(features, style: style, content: nil, factor: 0)
      let expected = (own + ReferencePooling.gradient(.average, features, pooled)).masked(by: features.positive)
      #expect(relativeError(found.values, expected.values) < Tolerance.lossGradient, "\(shape)")
    }
  }
}
