internal import TestSupport

/// Damages bytes as transfers, bad disks and ill will do.
package struct Mutator {
  private var random: SeededGenerator
  private let words: [[UInt8]]

  /// - Parameter words: what means something to the reader, to be strewn in.
  package init(seed: UInt64, words: [[UInt8]]) {
    random = SeededGenerator(seed: seed)
    self.words = words
  }

  /// One of `seeds`, changed in one to eight places.
  package mutating func mutated(_ seeds: [[UInt8]]) -> [UInt8] {
    var bytes = seeds.randomElement(using: &random)!
    for _ in 0...Int.random(in: 0...7, using: &random) {
      switch Int.random(in: 0..<9, using: &random) {
      case 0: flipBit(&bytes)
      case 1: put([UInt8.random(in: 0...255, using: &random)], into: &bytes)
      case 2: put(interestingNumber(), into: &bytes)
      case 3: insert(words.randomElement(using: &random) ?? [0], into: &bytes)
      case 4: put(words.randomElement(using: &random) ?? [255], into: &bytes)
      case 5: bytes.removeSubrange(range(of: bytes))
      case 6: insert(Array(bytes[range(of: bytes)]), into: &bytes)
      case 7: splice(seeds.randomElement(using: &random)!, into: &bytes)
      default: bytes.removeLast(min(bytes.count, Int.random(in: 0...40, using: &random)))
      }
    }
    return bytes
  }

  package mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

  private mutating func flipBit(_ bytes: inout [UInt8]) {
    guard let index = bytes.indices.randomElement(using: &random) else { return }
    bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
  }

  /// Numbers at which sizes and offsets go wrong, in either order of bytes.
  private mutating func interestingNumber() -> [UInt8] {
    let values: [UInt64] = [
      0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 62,
      UInt64(Int64.max), .max,
    ]
    let value = values.randomElement(using: &random)!
    let width = [1, 2, 4, 8].randomElement(using: &random)!
    let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    return Bool.random(using: &random) ? little : little.reversed()
  }

  private mutating func put(_ new: [UInt8], into bytes: inout [UInt8]) {
    guard bytes.count >= new.count else { return }
    let start = Int.random(in: 0...bytes.count - new.count, using: &random)
    bytes.replaceSubrange(start..<start + new.count, with: new)
  }

  private mutating func insert(_ new: [UInt8], into bytes: inout [UInt8]) {
    bytes.insert(contentsOf: new, at: Int.random(in: 0...bytes.count, using: &random))
  }

  private mutating func splice(_ other: [UInt8], into bytes: inout [UInt8]) {
    let part = range(of: other)
    guard part.lowerBound <= bytes.count else { return }
    bytes.replaceSubrange(part.lowerBound..<min(part.upperBound, bytes.count), with: other[part])
  }

  /// Short as a rule, so that something of the rest stays as it was.
  private mutating func range(of bytes: [UInt8]) -> Range<Int> {
    let start = Int.random(in: 0...bytes.count, using: &random)
    let longest = chance(8) ? bytes.count : 24
    return start..<min(bytes.count, start + Int.random(in: 0...longest, using: &random))
  }
}
