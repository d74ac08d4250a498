import KernelTypes
import Kernels
import Testing

struct PoolingTests {
  private static let available = InstructionSet.available
  private static let channels = 48

  /// Random, or of so few different values that most windows have equal ones.
  private static func input(_ shape: Shape, equalValues: Bool, random: inout Random) -> Features {
    let input = Features(channels, shape, random: &random)
    return equalValues ? Features(channels, shape, values: input.values.map { ($0 * 1.4).rounded() }) : input
  }

  @Test(arguments: available, PoolingKind.allCases)
  func poolsAsTheDefinitionSays(set: InstructionSet, kind: PoolingKind) {
    var random = Random(seed: 21)
    let engine = Engine(threads: 2, instructionSet: set)
    for shape in Shape.odd where shape.height > 1 && shape.width > 1 {
      let input = Self.input(shape, equalValues: false, random: &random)
      let output = engine.pool(kind, input).output
      let expected = ReferencePooling.forward(kind, input)
      let tolerance = kind == .max ? 0.0 : kind == .l2 ? Tolerance.l2Pooling : Tolerance.averagePooling
      #expect(relativeError(output.values, expected.values) <= tolerance, "\(shape)")
    }
  }

  @Test(arguments: available, PoolingKind.allCases)
  func gradientGoesWhereTheValueCameFrom(set: InstructionSet, kind: PoolingKind) {
    var random = Random(seed: 22)
    let engine = Engine(threads: 2, instructionSet: set)
    for shape in Shape.odd {
      for equalValues in [false, true] {
        let input = Self.input(shape, equalValues: equalValues, random: &random)
        let dSmall = Features(Self.channels, Shape(shape.height / 2, shape.width / 2), random: &random)
        let mask = random.mask(Self.channels / 16 * shape.pixels)
        let choice = engine.pool(kind, input).choice
        let expected = ReferencePooling.gradient(kind, input, dSmall).masked(by: mask)
        let found = engine.poolGradient(kind, dSmall, shape, features: input, choice: choice, mask: mask)
        let tolerance = kind == .l2 ? Tolerance.l2Pooling : Tolerance.averagePooling
        #expect(relativeError(found.values, expected.values) < tolerance, "\(shape)")
      }
    }
  }
}
