internal import Foundation

/// A number of bytes as people write it and are told it. Units are powers of 1024; `2G`, `2GB` and `2GiB` are the same.
package struct ByteSize: Hashable, Sendable {
  package let bytes: Int

  private static let units: [(letter: String, shift: Int)] = [("T", 40), ("G", 30), ("M", 20), ("K", 10)]

  package init(bytes: Int) {
    self.bytes = bytes
  }

  /// Reads `2G`, `512M`, `1048576`; nil for anything else.
  package init?(_ text: String) {
    guard let match = text.uppercased().wholeMatch(of: /([0-9]{1,15})(?:([KMGT])(?:I?B)?)?/), let number = Int(match.1)
    else {
      return nil
    }
    let shift = Self.units.first { $0.letter == match.2.map(String.init) }?.shift ?? 0
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  /// In the largest unit that leaves a whole number, so that it reads back equal: `2G`.
  package var exact: String {
    let unit = Self.units.first { bytes > 0 && bytes.isMultiple(of: 1 << $0.shift) }
    return unit.map { "\(bytes >> $0.shift)\($0.letter)" } ?? "\(bytes)"
  }

  /// For people, rounded up: `1.9 GiB`, `350 MiB`, `45.3 MiB`, `812 B`.
  package var words: String {
    guard let (letter, shift) = Self.units.first(where: { bytes >= 1 << $0.shift }) else { return "\(bytes) B" }
    let value = Double(bytes) / Double(1 << shift)
    return value >= 100
      ? "\(Int(value.rounded(.up))) \(letter)iB" : String(format: "%.1f \(letter)iB", (value * 10).rounded(.up) / 10)
  }

  /// Rounded up to whole megabytes, as settings take it: `1067M`.
  package var wholeMegabytes: String { "\((bytes + (1 << 20) - 1) >> 20)M" }
}
