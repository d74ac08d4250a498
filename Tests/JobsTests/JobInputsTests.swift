import Files
import Foundation
import Jobs
import Testing

@Suite struct JobInputsTests {
  private func decode(_ text: String) throws -> JobInputs { try JSON.decode(from: Array(text.utf8)) }

  @Test func listsComeBackFromTheDisk() throws {
    var inputs = JobInputs(content: "inputs/cat.jpg", style: "inputs/a.jpg", settings: "inputs/cat.yaml")
    inputs.pictures.append(
      JobInput(file: nil, style: StyleUse(StyleName(sanitising: "auvers"), isNamed: true)), as: .style)
    #expect(try decode(JSON.text(inputs)) == inputs)
    #expect(inputs.files(.style) == ["inputs/a.jpg"], "the second is still to come from the library")
  }

  /// Jobs that were claimed when there was one picture of each kind.
  @Test func theFormOfBeforeIsRead() throws {
    let inputs = try decode(#"{"content": "inputs/cat.jpg", "style": "inputs/a.jpg", "settings": "inputs/cat.yaml"}"#)
    #expect(inputs == JobInputs(content: "inputs/cat.jpg", style: "inputs/a.jpg", settings: "inputs/cat.yaml"))
    #expect(try decode("{}") == JobInputs())
  }

  @Test func aListOfOneStandsAlone() throws {
    let one = try JSON.text(OneOrMore(["a"]))
    #expect(one == #""a""#)
    #expect(try JSON.decode(OneOrMore<String>.self, from: Array(#"["a", "b"]"#.utf8)).values == ["a", "b"])
  }

  @Test func settingsSayWhereTheirPicturesComeFrom() {
    var settings = Settings()
    #expect(settings.sources(.content) == [.beside] && settings.sources(.style) == [.beside])
    settings.style = OneOrMore([Settings.Style("a.jpg"), Settings.Style("auvers", weight: 2)])
    #expect(settings.sources(.style) == [.named("a.jpg"), .remembered("auvers")])
    #expect(Settings(task: .content).sources(.style) == [])
  }
}
