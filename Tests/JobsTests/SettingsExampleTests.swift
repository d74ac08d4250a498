import Files
import Foundation
import Jobs
import Testing

@Suite struct SettingsExampleTests {
  @Test func sampleJobsSettingsAreRight() throws {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    let bytes = try Data(contentsOf: tests.appending(path: "../../Examples/cat.yaml"))
    let settings = try Settings(validating: SettingsDocument(parsing: bytes, source: "cat.yaml"))
    #expect(settings.size == 300)
    #expect(settings.strength == 0.5 && settings.balance)
  }
}
