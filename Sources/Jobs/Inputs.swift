/// What a picture is for in a job. A further role is one more case: names, pairing, claims and reports follow.
package enum InputRole: String, Codable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  /// The photo.
  case content
  /// A painting.
  case style

  /// Where in the result a painting counts.
  case mask
  /// Which part of a painting counts.
  case styleMask = "style_mask"
  /// Where the photo stays as it is.
  case contentMask = "content_mask"
  /// Where the photo's colours are preserved.
  case colourMask = "color_mask"
  /// What the search begins with.
  case initial = "init"

  /// Whether there may be several, called `style1`, `style2` and so on.
  package var isNumbered: Bool { self == .style || isMaskOfPainting }
  /// Whether there is one for each painting, or none.
  package var isMaskOfPainting: Bool { self == .mask || self == .styleMask }
  /// Whether it says where something counts, by how light it is.
  package var isMask: Bool { isMaskOfPainting || self == .contentMask || self == .colourMask }
  /// Whether a job can do without, where its settings do not name one.
  package var isOptional: Bool { self != .content && self != .style }

  /// For people.
  package var description: String { rawValue.replacing("_", with: " ") }
}

/// Something about each of a job's pictures, in lists by what they are for: a second painting is one more entry.
package struct Inputs<Value> {
  private var values: [InputRole: [Value]] = [:]

  package init() {}

  package init(content: Value? = nil, style: Value? = nil) {
    self[.content] = [content].compactMap(\.self)
    self[.style] = [style].compactMap(\.self)
  }

  /// Empty where there is none.
  package subscript(role: InputRole) -> [Value] {
    get { values[role] ?? [] }
    set { values[role] = newValue.isEmpty ? nil : newValue }
  }

  /// All of them, in the order of the roles.
  package var all: [(role: InputRole, value: Value)] {
    InputRole.allCases.flatMap { role in self[role].map { (role, $0) } }
  }

  package func map<New>(_ transform: (Value) throws -> New) rethrows -> Inputs<New> {
    var new = Inputs<New>()
    for role in InputRole.allCases { new[role] = try self[role].map(transform) }
    return new
  }

  package mutating func append(_ value: Value, as role: InputRole) { values[role, default: []].append(value) }
}

extension Inputs: Equatable where Value: Equatable {}
extension Inputs: Hashable where Value: Hashable {}
extension Inputs: Sendable where Value: Sendable {}

/// Lists by the roles' names; a list of one may stand without its brackets.
extension Inputs: Codable where Value: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ role: InputRole) { stringValue = role.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for role in InputRole.allCases where container.contains(Key(role)) {
      self[role] = try container.decode(OneOrMore<Value>.self, forKey: Key(role)).values
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for role in InputRole.allCases where !self[role].isEmpty {
      try container.encode(OneOrMore(self[role]), forKey: Key(role))
    }
  }
}

/// A list that is written without brackets where it has one entry.
package struct OneOrMore<Value> {
  package var values: [Value]

  package init(_ values: [Value]) { self.values = values }
}

extension OneOrMore: Equatable where Value: Equatable {}
extension OneOrMore: Hashable where Value: Hashable {}
extension OneOrMore: Sendable where Value: Sendable {}

extension OneOrMore: Codable where Value: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let one = try? container.decode(Value.self) {
      values = [one]
    } else {
      values = try container.decode([Value].self)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
  }
}
