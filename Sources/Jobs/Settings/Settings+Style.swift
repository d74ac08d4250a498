extension Settings {
  /// The most paintings that a job may have.
  package static let mostStyles = 16

  /// A painting that settings name, and what they say of it.
  package struct Style: Hashable, Sendable {
    /// Of the file, or that of a remembered style.
    package var name: String
    /// How much it counts among several; nil where nothing is said, which is 1.
    package var weight: Double?
    /// File name of a picture that is white where in the result the painting counts; nil for everywhere, or for the one beside.
    package var mask: String?
    /// The same for the painting: which part of it counts.
    package var styleMask: String?

    package init(_ name: String, weight: Double? = nil, mask: String? = nil, styleMask: String? = nil) {
      (self.name, self.weight, self.mask, self.styleMask) = (name, weight, mask, styleMask)
    }
  }

  /// Whether anything is said about how much the paintings count.
  private var hasWeights: Bool { styleWeights != nil || style?.values.contains { $0.weight != nil } == true }

  /// How much each of `count` paintings counts: shares that add up to 1.
  ///
  /// - Throws: `StyleCountMismatch` where the settings speak of another number of paintings.
  package func styleShares(of count: Int) throws(StyleCountMismatch) -> [Double] {
    guard hasWeights else { return Array(repeating: 1 / Double(count), count: count) }
    let weights = styleWeights ?? style?.values.map { $0.weight ?? 1 } ?? []
    guard weights.count == count else { throw StyleCountMismatch(weights: weights.count, paintings: count) }
    return weights.map { $0 / weights.reduce(0, +) }
  }
}

/// There are more or fewer weights than paintings.
package struct StyleCountMismatch: Error, CustomStringConvertible {
  package let weights: Int
  package let paintings: Int

  package var description: String {
    "style_weights: found \(weights) for \(paintings) painting\(paintings == 1 ? "" : "s"); give one weight for each"
  }
}

extension Settings.Style {
  enum CodingKeys: String, CodingKey {
    case file, name, weight, mask
    case styleMask = "style_mask"
  }
}

/// A name alone, or a mapping. Spools of before have names alone.
extension Settings.Style: Codable {
  package init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self.init(name)
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(String.self, forKey: .name),
      weight: try container.decodeIfPresent(Double.self, forKey: .weight),
      mask: try container.decodeIfPresent(String.self, forKey: .mask),
      styleMask: try container.decodeIfPresent(String.self, forKey: .styleMask))
  }

  package func encode(to encoder: any Encoder) throws {
    if self == Self(name) {
      var container = encoder.singleValueContainer()
      return try container.encode(name)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(weight, forKey: .weight)
    try container.encodeIfPresent(mask, forKey: .mask)
    try container.encodeIfPresent(styleMask, forKey: .styleMask)
  }
}
