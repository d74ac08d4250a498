extension Settings {
  /// Of settings files: grows when a file that was right no longer means the same.
  package static let formatNumber = 1

  /// A JSON Schema (draft 2020-12) of settings files, for editors: every key with its type, range or words, default and meaning, and
  /// which keys have no use together. What it refuses the parser refuses; the parser knows more.
  package static func schema(presets: PresetList = .builtIn) -> JSONValue {
    var properties: [String: JSONValue] = [:]
    let defaults = Settings.withoutAnyFile.document
    for row in rows {
      guard case .object(var property) = row.schema ?? [:] else { continue }
      property["description"] = meanings[row.key.rawValue].map(JSONValue.text)
      property["default"] = defaults[row.key.rawValue]?.content.json
      properties[row.key.rawValue] = .object(property)
    }
    properties[Preset.key] = [
      "enum": .list(presets.names.map(JSONValue.text)), "description": "the settings to build on",
    ]
    properties[minImprovement] = otherName(
      of: .tolerance, "`tolerance` in percent, as titu1994's program has it", SettingSchema.number(minImprovementRange))
    for (name, key) in oldNames {
      properties[name] = otherName(of: key, "the old name of `\(key.rawValue)`", properties[key.rawValue] ?? [:])
    }
    let pairs = (oldNames.map { ($0.key, $0.value) } + [(minImprovement, .tolerance)]).sorted { $0.0 < $1.0 }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Settings of an Easel job",
      "$comment": .text("format \(formatNumber)"),
      "type": ["object", "null"],
      "properties": .object(properties),
      "additionalProperties": false,
      "allOf": .list(
        pairs.map { notBoth($0.0, $0.1.rawValue) } + Task.allCases.compactMap { unusedKeys(of: $0) }),
    ]
  }

  private static func otherName(of key: CodingKeys, _ meaning: String, _ schema: JSONValue) -> JSONValue {
    guard case .object(var property) = schema else { return schema }
    property["default"] = nil
    property["description"] = .text(meaning)
    return .object(property)
  }

  private static func notBoth(_ name: String, _ other: String) -> JSONValue {
    ["not": ["required": [.text(name), .text(other)]]]
  }

  /// Keys that a task has no use for.
  private static func unusedKeys(of task: Task) -> JSONValue? {
    guard !task.unusedKeys.isEmpty else { return nil }
    let unused = task.unusedKeys.map { key -> JSONValue in ["required": [.text(key.rawValue)]] }
    return [
      "if": [
        "type": "object", "required": [.text(CodingKeys.task.rawValue)],
        "properties": .object([CodingKeys.task.rawValue: ["const": .text(task.rawValue)]]),
      ],
      "then": ["not": ["anyOf": .list(unused)]],
    ]
  }
}

// What keys mean.
extension Settings {
  /// Of each key, as the tables of Documentation/Settings.md say it: the page is part of the program.
  package static let meanings: [String: String] = {
    let page = String(decoding: PackageResources.Settings_md, as: UTF8.self)
    var meanings: [String: String] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.dropFirst().split(separator: "|", omittingEmptySubsequences: false).map(\.withoutSpaces)
      guard cells.count == 7 else { continue }
      for key in cells[0].split(separator: ",") { meanings[String(key.filter { $0 != "`" && $0 != " " })] = cells[3] }
    }
    return meanings
  }()
}

extension Settings {
  /// The keys as that page has them together, each family under its heading.
  package static let families: [(title: String, keys: [String])] = {
    let page = String(decoding: PackageResources.Settings_md, as: UTF8.self)
    var families: [(title: String, keys: [String])] = []
    for line in page.split(separator: "\n") {
      if line.hasPrefix("## ") { families.append((String(line.dropFirst(3)), [])) }
      guard line.hasPrefix("| `"), let cell = line.dropFirst().split(separator: "|").first else { continue }
      let keys = cell.split(separator: ",").map { String($0.filter { $0 != "`" && $0 != " " }) }
      families[families.count - 1].keys += keys.filter { CodingKeys(rawValue: $0) != nil }
    }
    return families.filter { !$0.keys.isEmpty }
  }()
}

extension Substring {
  /// Without spaces at its ends.
  fileprivate var withoutSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
