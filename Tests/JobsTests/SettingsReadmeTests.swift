import Files
import Foundation
import Jobs
import Testing

/// The README's table of settings says what the program does.
@Suite struct SettingsReadmeTests {
  /// The README, empty when it cannot be read.
  static let readme: String = {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    return (try? String(contentsOf: tests.appending(path: "../../README.md"), encoding: .utf8)) ?? ""
  }()

  /// Keys in the first column of the table of settings with what the second column says.
  static let table: [String: String] = {
    let section = readme.components(separatedBy: "\n## Settings\n").last!.components(separatedBy: "\n## ").first!
    var table: [String: String] = [:]
    for line in section.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      for key in cells[0].split(separator: ", ") { table[String(key.replacing("`", with: ""))] = cells[1] }
    }
    return table
  }()

  @Test func tableNamesEveryKeyAndNoOther() {
    #expect(Set(Self.table.keys) == Set(Settings.CodingKeys.allCases.map(\.rawValue)))
  }

  @Test func tableTellsTheDefaults() {
    for entry in Settings(task: .transfer).document.entries {
      #expect(Self.table[entry.key] == "`\(Self.flow(entry.value.content))`", "\(entry.key)")
    }
  }

  @Test func presetsAreNamed() {
    for preset in Preset.allCases { #expect(Self.readme.contains("`\(preset.rawValue)`")) }
  }

  /// On one line, as YAML has it in braces.
  private static func flow(_ content: SettingsDocument.Content) -> String {
    switch content {
    case .null: ""
    case .plain(let text), .quoted(let text): text
    case .list(let values): "[" + values.map { flow($0.content) }.joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \(flow($0.value.content))" }.joined(separator: ", ") + "}"
    }
  }
}
