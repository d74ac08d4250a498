import Files
import Jobs
import Testing

/// What settings say about transparency.
@Suite struct SettingsBackgroundTests {
  @Test func transparencyLiesOnWhiteWhereNothingIsSaid() throws {
    #expect(try settings("").background == .white)
    let read = try settings("background: keep\noutput: webp")
    #expect(read.background == .keep && read.ofPicture.background == .white)
    #expect(try settings(read.yaml) == read)
    #expect(try JSON.decode(Settings.self, from: Array(JSON.text(read).utf8)) == read)
    // The painting's transparency alone: the result has none.
    #expect(try settings("task: style\nbackground: keep\noutput: jpeg").background == .keep)
  }

  @Test(arguments: [
    ("background: black", "cat.yaml:1: background: found 'black'; allowed is white, keep"),
    ("background: transparent", "cat.yaml:1: background: found 'transparent'; allowed is white, keep"),
    ("background: true", "cat.yaml:1: background: found 'true'; allowed is white, keep"),
    ("background: Keep", "cat.yaml:1: background: found 'Keep'; allowed is white, keep"),
    ("background: 255", "cat.yaml:1: background: found '255'; allowed is white, keep"),
    ("size: 300\nbackground: '#ffffff'", "cat.yaml:2: background: found the text \"#ffffff\"; allowed is white, keep"),
    ("background: [keep]", "cat.yaml:1: background: found a list; allowed is white, keep"),
    ("background: {keep: true}", "cat.yaml:1: background: found a mapping; allowed is white, keep"),
    ("background:", "cat.yaml:1: background: found nothing; allowed is white, keep"),
    ("backgroud: keep", "cat.yaml:1: backgroud: unknown key; did you mean background?"),
    (
      "output: jpeg\nbackground: keep",
      "cat.yaml:2: background: found 'keep'; allowed is white with output: jpeg, which has no transparency; or set output: png"
    ),
    ("background: keep\nbackground: white", "background"),
  ])
  func mistakesAreToldWithWhatIsAllowed(yaml: String, says: String) {
    let said = complaints(yaml)
    #expect(said.contains(says), "\(said)")
  }
}
