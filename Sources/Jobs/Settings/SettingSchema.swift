internal import Files
internal import Networks

/// What a JSON Schema says of one key's values.
enum SettingSchema {
  static let flag: JSONValue = ["type": "boolean"]

  static func words(_ allowed: [String]) -> JSONValue { ["enum": .list(allowed.map(JSONValue.text))] }

  static func words<Choice: RawRepresentable<String> & CaseIterable>(_ choice: Choice.Type) -> JSONValue {
    words(Choice.allCases.map(\.rawValue))
  }

  static func integer(_ range: ClosedRange<Int>) -> JSONValue {
    ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
  }

  static func number(_ range: ClosedRange<Double>) -> JSONValue {
    ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
  }

  static func text(_ pattern: String) -> JSONValue { ["type": "string", "pattern": .text("^(?:\(pattern))$")] }

  static func either(_ schemas: JSONValue...) -> JSONValue { ["anyOf": .list(schemas)] }

  static func list(of items: JSONValue, _ counts: ClosedRange<Int>) -> JSONValue {
    ["type": "array", "items": items, "minItems": .integer(counts.lowerBound), "maxItems": .integer(counts.upperBound)]
  }

  /// A mapping with some of these keys.
  static func mapping(_ properties: [String: JSONValue], required: [String] = []) -> JSONValue {
    [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
      "required": .list(required.map(JSONValue.text)),
    ]
  }

  /// A file's name: no path.
  static let fileName: JSONValue = [
    "type": "string", "minLength": 1, "maxLength": 255, "pattern": #"^[^./\\][^/\\]*$"#,
  ]

  /// One painting or a list of them, each a name or a mapping.
  static let styles: JSONValue = {
    typealias Key = Settings.Style.CodingKeys
    let style = either(
      fileName,
      mapping([
        Key.file.rawValue: fileName, Key.name.rawValue: fileName, Key.weight.rawValue: number(0...1e9),
        Key.mask.rawValue: fileName, Key.styleMask.rawValue: fileName,
      ]))
    return either(style, list(of: style, 1...Settings.mostStyles))
  }()

  /// A layer by its name, several, or several with their weights. Which of them a network has is left to the parser.
  static let layers: JSONValue = {
    let most = Architecture.allCases.flatMap(\.convolutionsPerBlock).max() ?? 1
    let name = "(?:block[1-5]_conv|(?:conv|relu)[1-5]_)[1-\(most)]"
    return either(
      text(name), list(of: text(name), 1...64),
      [
        "type": "object", "minProperties": 1, "additionalProperties": number(0...1e9),
        "propertyNames": ["pattern": .text("^\(name)$")],
      ])
  }()

  /// As `ByteSize` reads it.
  static let bytes: JSONValue = either(
    text("[0-9]{1,15}([KMGTkmgt]([Ii]?[Bb])?)?"), ["type": "integer", "minimum": .integer(64 << 20)])

  /// As `TimeLimit` reads it.
  static let time: JSONValue = either(
    number(TimeLimit.range), text("(?=.)([0-9]{1,3}h)?\\s*([0-9]{1,5}m)?\\s*([0-9]{1,6}(\\.[0-9]{1,3})?s?)?"))

  static let gif: JSONValue = {
    typealias Key = Settings.GIF.CodingKeys
    return either(
      flag,
      mapping([
        Key.width.rawValue: integer(16...4096), Key.delayMilliseconds.rawValue: integer(20...60_000),
        Key.holdMilliseconds.rawValue: integer(20...60_000), Key.every.rawValue: integer(1...1000),
        Key.bounce.rawValue: flag,
      ]))
  }()
}
