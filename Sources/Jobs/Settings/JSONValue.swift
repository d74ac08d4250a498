internal import Files

/// A JSON value of any shape.
package indirect enum JSONValue: Sendable, Equatable {
  case null
  case truth(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue {
  /// With sorted keys, as all JSON that Easel writes.
  package var json: String {
    get throws { try JSON.text(self) }
  }
}

extension JSONValue: Encodable {
  private struct Member: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package func encode(to encoder: any Encoder) throws {
    if case .object(let values) = self {
      var container = encoder.container(keyedBy: Member.self)
      for (key, value) in values { try container.encode(value, forKey: Member(key)) }
      return
    }
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .truth(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object: break
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(booleanLiteral value: Bool) { self = .truth(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { first, _ in first })
  }
}

extension SettingsDocument {
  /// What an editor takes the settings for, by the rules of YAML 1.2.
  package var json: JSONValue { Content.mapping(entries).json }
}

extension SettingsDocument.Content {
  package var json: JSONValue {
    switch self {
    case .null: .null
    case .quoted(let text): .text(text)
    case .plain("true"): true
    case .plain("false"): false
    case .plain(let text): Int(text).map(JSONValue.integer) ?? number.map(JSONValue.number) ?? .text(text)
    case .list(let values): .list(values.map(\.content.json))
    case .mapping(let entries):
      .object(Dictionary(entries.map { ($0.key, $0.value.content.json) }) { first, _ in first })
    }
  }
}
