import Files
import Foundation
import Jobs
import Testing

/// Documentation/Settings.md says what the program does.
@Suite struct SettingsPageTests {
  /// The page, empty when it cannot be read.
  static let page: String = {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    return (try? String(contentsOf: tests.appending(path: "../../Documentation/Settings.md"), encoding: .utf8)) ?? ""
  }()

  /// Keys in the first column of its tables of six columns with what the second column says.
  static let table: [String: String] = {
    var table: [String: String] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.dropFirst().split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard cells.count == 7 else { continue }
      for key in cells[0].split(separator: ", ") { table[String(key.replacing("`", with: ""))] = cells[1] }
    }
    return table
  }()

  @Test func tablesNameEveryKeyAndNoOther() {
    #expect(Set(Self.table.keys) == Set(Settings.CodingKeys.allCases.map(\.rawValue)))
  }

  @Test func tablesTellTheDefaults() {
    for entry in Settings.withoutAnyFile.document.entries {
      #expect(Self.table[entry.key] == "`\(Self.flow(entry.value.content))`", "\(entry.key)")
    }
  }

  @Test func presetsAreNamed() {
    for preset in Preset.allCases { #expect(Self.page.contains("`\(preset.rawValue)`")) }
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
