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

  @Test(arguments: available, channels)
  func pixelsCountByTheirWeights(set: InstructionSet, channels: Int) {
    var random = Random(seed: 35)
    let engine = Engine(threads: 2, instructionSet: set)
    for shape in [Shape(1, 1), Shape(7, 9), Shape(12, 100), Shape(29, 31)] {
      let features = Features(channels, shape, random: &random)
      let weights = (0..<shape.pixels).map { _ in abs(random.uniform()) }
      var weighted = features
      for index in weighted.values.indices { weighted.values[index] *= Double(weights[index % shape.pixels]) }
      let products = ReferenceGram.products(weighted, features)
      #expect(relativeError(engine.gramMatrix(features, weights: weights), products) < Tolerance.gramMatrix, "\(shape)")
      #expect(
        engine.gramMatrix(features, weights: weights.map { _ in 1 }) == engine.gramMatrix(features), "\(shape)")
      let sums = ReferenceGram.channelSums(weighted) + ReferenceGram.channelSums(weighted.times(features))
      #expect(relativeError(engine.channelSums(features, weights: weights), sums) < 1e-12, "\(shape)")
      let distance = dot(weighted.values, features.values)
      #expect(abs(engine.squaredDistance(features, nil, weights: weights) / distance - 1) < 1e-6, "\(shape)")
    }
  }

  /// Sources with the same weights are taken together, those with others apart.
  @Test(arguments: available)
  func everyPartOfASourceIsAdded(set: InstructionSet) {
    var random = Random(seed: 36)
    let engine = Engine(threads: 2, instructionSet: set)
    let channels = 48
    for shape in Shape.odd {
      let features = Features(channels, shape, random: &random).rectified
      let target = Features(channels, shape, random: &random)
      let matrix = random.floats(channels * channels)
      let terms = (0..<2).map { _ in random.floats(2 * channels) }
      let weights = (0..<2).map { _ in (0..<shape.pixels).map { _ in abs(random.uniform()) } }
      let memory = weights.map { WeightsBuffer($0, width: shape.width) }
      let targetBuffer = target.buffer
      defer { withExtendedLifetime((memory, targetBuffer)) {} }
      let found = engine.lossGradient(
        of: [
          .matrix(
            StyleGradientMatrix(matrix, channels: channels), channelTerms: FloatBuffer(terms[0]),
            weights: memory[0].weights),
          .difference(from: targetBuffer.view, factor: 0.7, weights: memory[0].weights),
          .channelTerms(FloatBuffer(terms[1]), weights: memory[1].weights),
          .difference(from: targetBuffer.view, factor: 0.3), .none,
        ], features)
      let style = ReferenceGram.lossGradient(features, style: matrix, content: target, factor: 0.7)
      let first = (style + ReferenceGram.channelTerms(terms[0], features)).weighted(by: weights[0])
      let second = ReferenceGram.channelTerms(terms[1], features).weighted(by: weights[1])
      let third = ReferenceGram.lossGradient(features, style: nil, content: target, factor: 0.3)
      let expected = (first + second + third).masked(by: features.positive)
      #expect(relativeError(found.values, expected.values) < Tolerance.lossGradient, "\(shape)")
    }
  }
}
