import Foundation
import Jobs
import Networks
import TestSupport
import Testing

/// `easel settings schema` says what the parser does, judged by the Python package jsonschema.
@Suite struct SettingsSchemaTests {
  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "../..")

  private struct Case {
    var yaml: String
    var json: JSONValue

    init?(_ yaml: String) {
      guard let document = try? SettingsDocument(parsing: yaml.utf8, source: "cat.yaml") else { return nil }
      (self.yaml, json) = (yaml, document.json)
    }
  }

  /// Which of the cases the schema refuses.
  private func refused(_ cases: [Case]) throws -> [Bool] {
    let folder = try TemporaryFolder()
    let input: JSONValue = ["schema": Settings.schema(), "cases": .list(cases.map(\.json))]
    let file = try folder.write(input.json.utf8, to: "cases.json")
    let output = try Python.run(
      """
      import json, sys
      from jsonschema import Draft202012Validator
      given = json.load(open(sys.argv[1]))
      Draft202012Validator.check_schema(given["schema"])
      validator = Draft202012Validator(given["schema"])
      print("".join("-" if validator.is_valid(case) else "x" for case in given["cases"]))
      """, file)
    let verdicts = output.filter { "-x".contains($0) }
    try #require(verdicts.count == cases.count, "\(output)")
    return verdicts.map { $0 == "x" }
  }

  @Test func everyKeyHasASchema() {
    guard case .object(let schema) = Settings.schema(), case .object(let properties)? = schema["properties"] else {
      Issue.record("the schema has no properties")
      return
    }
    for key in Settings.CodingKeys.allCases {
      guard case .object(let property)? = properties[key.rawValue] else {
        Issue.record("\(key.rawValue) is missing in the schema")
        continue
      }
      #expect(
        !Set(property.keys).isDisjoint(with: ["type", "enum", "anyOf"]),
        "\(key.rawValue): say by `schema:` in its row of Settings+Rows.swift what values it has; SettingSchema has the kinds"
      )
      #expect(property["description"] != nil, "\(key.rawValue): has no meaning in Documentation/Settings.md")
    }
  }

  @Test func thePageInTheProgramIsThatOfTheDocumentation() {
    for (key, meaning) in Settings.meanings {
      #expect(SettingsPageTests.page.contains("| \(meaning) |"), "\(key): build again, the page has changed")
    }
  }

  /// All that stands in the documentation, and what the program writes itself.
  @Test func theSchemaTakesWhatIsRight() throws {
    var yamls = [""]
    for page in ["README.md", "Documentation/Settings.md", "Documentation/Presets.md", "Examples/cat.yaml"] {
      let text = try String(contentsOf: Self.root.appending(path: page), encoding: .utf8)
      yamls += page.hasSuffix(".yaml") ? [text] : text.matches(of: /```yaml\n((?:.|\n)*?)```/).map { String($0.1) }
    }
    yamls += SettingsPageTests.table.filter { $0.value.hasPrefix("`") }.map { key, value in
      "\(key): \(value.replacing("`", with: ""))"
    }
    yamls += Settings.Task.allCases.map { Settings(task: $0).yaml }
    for preset in Preset.allCases {
      yamls += [
        "preset: \(preset.rawValue)", try Settings(validating: SettingsDocument().building(on: preset.rawValue)).yaml,
      ]
    }
    yamls += [
      "scales: [64, 128]", "time_limit: 90s", "time_limit: 1h30m", "time_limit: 90", "memory: 2G", "memory: 128000000",
      "gif: false", "gif: {width: 100}", "style_layers: conv1_1", "style_layers: [relu1_1, block2_conv2]",
      "content_layers: {conv4_2: 1}", "preview: auto", "threads: auto", "min_improvement: 2", "contents: all",
      "task: content\ncontent_weight: 2",
    ]
    let right = yamls.filter { complaints($0).isEmpty }.compactMap(Case.init)
    #expect(yamls.count > 40 && right.count == yamls.count, "\(yamls.filter { !complaints($0).isEmpty })")
    for (one, isRefused) in zip(right, try refused(right)) { #expect(!isRefused, "the schema refuses: \(one.yaml)") }
  }

  /// Of the texts that tests of errors have: unknown keys, wrong words, and numbers out of their ranges.
  @Test func theSchemaRefusesWhatTheParserDoes() throws {
    var yamls: [String] = [
      "sise: 3", "size: 31", "size: 8193", "size: 300.5", "size: \"300\"", "gif: {width: 3}", "gif: {delay: 100}",
      "gif: 300",
      "scales: [16]", "scales: []", "scales: many", "memory: 63", "memory: 2 gigabytes", "threads: 0",
      "time_limit: soon",
      "time_limit: 0", "average: 1", "tolerance: 2", "min_improvement: 101", "preset: turner", "pooling: mean",
      "style_layers: {conv1_1: -1}",
      "style_layers: [conv9_1]", "content: a/b.jpg", "task: content\nstyle_weight: 2",
      "tolerance: 0.1\nmin_improvement: 1",
      "photos: all\ncontents: all", "network: resnet50", "seed: -1", "force: perhaps", "preview: maybe",
    ]
    let tests = Self.root.appending(path: "Tests/JobsTests")
    for file in try FileManager.default.contentsOfDirectory(atPath: tests.path) where file.hasPrefix("Settings") {
      let source = try String(contentsOf: tests.appending(path: file), encoding: .utf8)
      for match in source.matches(of: /complaints\("([^"\\]|\\n)+"\)/) {
        let yaml = String(match.0.dropFirst(12).dropLast(2)).replacing("\\n", with: "\n")
        if Self.isForASchema(complaints(yaml)) { yamls.append(yaml) }
      }
    }
    let wrong = yamls.filter { !complaints($0).isEmpty }.compactMap(Case.init)
    #expect(wrong.count > 30)
    for (one, isRefused) in zip(wrong, try refused(wrong)) {
      #expect(isRefused, "the schema takes: \(one.yaml), of which the parser says: \(complaints(one.yaml))")
    }
  }

  /// Whether a complaint is about one key alone, and of a kind that a schema can express.
  private static func isForASchema(_ complaint: String) -> Bool {
    let number = /allowed is a (whole )?number (of percent )?from [0-9.e-]+ to [0-9.e-]+(, or [a-z]+)?$/
    let words = /allowed is ([a-z0-9_]+(, [a-z0-9_]+)+|true or false)(, or [a-z]+)?$/
    return complaint.contains(": unknown key") || complaint.contains(number) || complaint.contains(words)
  }

  /// A range and a list of words in the schema are those of the parser.
  @Test(arguments: Settings.CodingKeys.allCases)
  func rangesAndWordsAreTheParsers(key: Settings.CodingKeys) throws {
    guard case .object(let schema) = Settings.schema(), case .object(let properties)? = schema["properties"],
      case .object(let property)? = properties[key.rawValue]
    else { return }
    func isRefused(_ value: String) -> Bool {
      complaints("\(key.rawValue): \(value)").contains("\(key.rawValue): found '\(value)'; allowed is ")
    }
    if case .integer(let low)? = property["minimum"], case .integer(let high)? = property["maximum"] {
      #expect(isRefused("\(low - 1)") && isRefused("\(high + 1)"), "\(key.rawValue) from \(low) to \(high)")
    }
    if case .number(let low)? = property["minimum"], case .number(let high)? = property["maximum"] {
      #expect(isRefused("\(low - 1)") && isRefused("\(high + 1)"), "\(key.rawValue) from \(low) to \(high)")
    }
    if case .list(let words)? = property["enum"] {
      #expect(isRefused("nonsense"))
      for case .text(let word) in words {
        let complaint = complaints("\(key.rawValue): \(word)")
        #expect(!complaint.contains("found '\(word)'; allowed is \(Self.listed(words))"), "\(key.rawValue): \(word)")
      }
    }
  }

  private static func listed(_ words: [JSONValue]) -> String {
    words.map { if case .text(let word) = $0 { word } else { "" } }.joined(separator: ", ")
  }
}
