/// A reader of strangers' files, and what it is to be tried with. Input number n is always the same.
package struct FuzzTarget: Sendable {
  package let name: String
  private let seeds: [[UInt8]]
  private let words: [[UInt8]]
  /// Puts check sums and lengths right, so that the damage behind them is reached; not always wanted.
  private let repair: @Sendable ([UInt8]) -> [UInt8]
  /// Reads; throws what the reader throws. Must not crash.
  private let read: @Sendable ([UInt8]) throws -> Void

  init(
    _ name: String, seeds: [[UInt8]], words: [String] = [], repair: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 },
    read: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.seeds = seeds
    self.words = words.map { Array($0.utf8) }
    self.repair = repair
    self.read = read
  }

  package func input(_ number: Int) -> [UInt8] {
    var mutator = Mutator(seed: UInt64(number), words: words)
    let bytes = mutator.mutated(seeds)
    return mutator.chance(4) ? bytes : repair(bytes)
  }

  /// Whether the reader took the input.
  package func run(_ number: Int) -> Bool { accepts(input(number)) }

  /// The number of seeds that the reader takes as they are: all, or there is something wrong with them.
  package var soundSeeds: (count: Int, of: Int) { (seeds.count(where: accepts), seeds.count) }

  private func accepts(_ bytes: [UInt8]) -> Bool {
    do {
      try read(bytes)
      return true
    } catch {
      return false
    }
  }
}
