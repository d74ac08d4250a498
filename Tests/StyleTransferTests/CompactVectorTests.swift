import Kernels
import StyleTransfer
import TestSupport
import Testing

struct CompactVectorTests {
  /// Around the limits of eight lanes and of a piece for one thread.
  private static let counts = [0, 1, 7, 8, 9, 31, 1001, 65_535, 65_537, 200_003]

  private static func values(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in .random(in: -300...300, using: &random) }
  }

  /// As the numbers are meant, one at a time.
  private static func doubles(_ vector: CompactVector) -> [Double] {
    vector.multiples.map { Double($0) * Double(vector.unit) }
  }

  // MARK: Rounding

  @Test(arguments: [Float(0x1p-100), 1, 0x1p100])
  func halvesAreRoundedToTheEvenMultiple(unit: Float) {
    let halves: [Float] = [32767, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 32766.5, -32766.5, -32767, 0, -0.0]
    let vector = CompactVector(halves.map { $0 * unit })
    #expect(vector.unit == unit)
    #expect(vector.multiples == [32767, 0, 2, 2, 0, -2, -2, 32766, -32766, -32767, 0, 0])
    let nearHalves: [Float] = [32767, 0.499_999_97, 0.500_000_06, 1.499_999_9, -2.500_000_2, 32765.498, -32765.502]
    #expect(CompactVector(nearHalves.map { $0 * unit }).multiples == [32767, 0, 1, 1, -3, 32765, -32766])
  }

  @Test(arguments: [Float.greatestFiniteMagnitude, 1e20, 300, 1e-20, 4e-34])
  func noNumberIsOffByMoreThanHalfAUnit(largest: Float) {
    let values = Self.values(1001, seed: 1).map { $0 / 300 * largest } + [-largest, largest / 3, 0]
    let vector = CompactVector(values)
    #expect(vector.count == values.count)
    #expect(abs(Double(vector.unit) * 32767 / Double(largest) - 1) < 1e-6)
    for (rounded, value) in zip(Self.doubles(vector), values) {
      #expect(abs(rounded - Double(value)) <= 0.501 * Double(vector.unit))
    }
  }

  @Test(arguments: [[0, -0.0, 0], [.leastNonzeroMagnitude, 0, 0], [-1e-34, 0, 0], [.infinity, 1, 2], [1, 2, .nan]])
  func whatHasNoUnitIsZero(values: [Float]) {
    #expect(CompactVector(values) == CompactVector(multiples: [0, 0, 0], unit: 0))
  }

  // MARK: Arithmetic

  @Test(arguments: counts)
  func productsAreThoseOfTheDefinition(count: Int) {
    let (a, b, floats) = (
      CompactVector(Self.values(count, seed: 1)), CompactVector(Self.values(count, seed: 2).map { $0 * 1e-6 }),
      Self.values(count, seed: 3)
    )
    let arithmetic = VectorArithmetic()
    func check(_ fast: Double, _ terms: [Double]) {
      let size = terms.reduce(0) { $0 + abs($1) }
      #expect(abs(fast - terms.reduce(0, +)) <= 1e-12 * size)
    }
    check(arithmetic.dot(a, floats), zip(Self.doubles(a), floats).map { $0 * Double($1) })
    check(arithmetic.dot(a, b), zip(Self.doubles(a), Self.doubles(b)).map { $0 * $1 })
  }

  @Test(arguments: counts)
  func sumsAreThoseOfTheDefinition(count: Int) {
    let x = CompactVector(Self.values(count, seed: 1))
    let before = Self.values(count, seed: 2)
    var y = before
    VectorArithmetic().add(-0.37, x, to: &y)
    for ((fast, before), x) in zip(zip(y, before), Self.doubles(x)) {
      #expect(abs(Double(fast) - (Double(before) - 0.37 * x)) < 1e-4)
    }
  }

  @Test func noNumberOfThreadsChangesABit() {
    let (a, b) = (CompactVector(Self.values(300_001, seed: 1)), CompactVector(Self.values(300_001, seed: 2)))
    let floats = Self.values(300_001, seed: 3)
    func results(threads: Int) -> [Double] {
      let arithmetic = VectorArithmetic(Engine(threads: threads))
      var y = floats
      arithmetic.add(0.1, a, to: &y)
      return [arithmetic.dot(a, b), arithmetic.dot(a, floats)] + y.map(Double.init)
    }
    let alone = results(threads: 1)
    #expect(alone == results(threads: 2) && alone == results(threads: 7))
  }
}
