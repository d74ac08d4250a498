import Files
import Jobs
import Testing

/// What settings say about paintings.
@Suite struct SettingsStylesTests {
  @Test(arguments: [
    ("a.jpg", [Settings.Style("a.jpg")]), ("[auvers]", [Settings.Style("auvers")]),
    ("[a.jpg, auvers]", [Settings.Style("a.jpg"), Settings.Style("auvers")]),
    (
      "[{file: a.jpg, weight: 2}, {name: auvers, weight: 0.5}]",
      [Settings.Style("a.jpg", weight: 2), Settings.Style("auvers", weight: 0.5)]
    ),
    ("{file: a.jpg, weight: 3}", [Settings.Style("a.jpg", weight: 3)]),
    ("[{file: 'a #1.jpg'}, night]", [Settings.Style("a #1.jpg"), Settings.Style("night")]),
  ])
  func paintingsAreANameOrAListAndReadBackEqual(written: String, styles: [Settings.Style]) throws {
    let read = try settings("style: \(written)")
    #expect(read.style?.values == styles)
    #expect(try settings(read.yaml) == read)
    #expect(try JSON.decode(Settings.self, from: Array(JSON.text(read).utf8)) == read)
  }

  @Test func everyKeyOfSeveralPaintingsReadsBackEqual() throws {
    let read = try settings("style_weights: [2, 0.25, 0]\nblend: losses\nstyle_scales: [1, 0.5, 0.125]")
    #expect(read.styleWeights == [2, 0.25, 0] && read.blend == .losses && read.styleScales == [1, 0.5, 0.125])
    #expect(try settings(read.yaml) == read)
  }

  /// Records of jobs that were claimed before there were several.
  @Test func aNameOfBeforeIsRead() throws {
    let style = try JSON.decode(OneOrMore<Settings.Style>.self, from: Array(#""auvers""#.utf8))
    #expect(style.values == [Settings.Style("auvers")])
    #expect(try JSON.text(style) == #""auvers""#)
  }

  @Test func sharesAddUpToOne() throws {
    #expect(try settings("style_weights: [2, 1, 1]").styleShares(of: 3) == [0.5, 0.25, 0.25])
    #expect(try settings("style: [{file: a.jpg, weight: 3}, b.jpg]").styleShares(of: 2) == [0.75, 0.25])
    #expect(try Settings().styleShares(of: 4) == [0.25, 0.25, 0.25, 0.25])
    #expect(try Settings().styleShares(of: 1) == [1])
  }

  @Test func weightsForAnotherNumberOfPaintingsAreToldInWords() {
    #expect {
      try settings("style_weights: [2, 1]").styleShares(of: 3)
    } throws: {
      "\($0)" == "style_weights: found 2 for 3 paintings; give one weight for each"
    }
  }

  @Test(arguments: [
    ("style: []", "cat.yaml:1: style: found a list of 0; allowed are 1 to 16 paintings"),
    ("style: [a.jpg, a.jpg]", "cat.yaml:1: style: found a.jpg more than once; give it one weight"),
    ("style: [a.jpg, [b.jpg]]", "cat.yaml:1: style: found a list; allowed is the name of a picture"),
    ("style: [../a.jpg]", "cat.yaml:1: style: found '../a.jpg', a path (put the picture beside the settings file"),
    ("style: {weight: 2}", "style.file: found none; each painting has a file, or the name of a remembered style"),
    ("style: {file: a.jpg, name: auvers}", "style.name: found beside file; give a painting one of the two"),
    ("style: {file: auvers}", "style.file: found 'auvers'; allowed is the name of a picture"),
    ("style: {name: a.jpg}", "style.name: found 'a.jpg'; allowed is the name of a remembered style"),
    ("style: [{file: a.jpg, weight: -1}]", "style.weight: found '-1'; allowed is a number from 0 to 1000000000"),
    ("style: [{file: a.jpg, wieght: 1}]", "style.wieght: unknown key; did you mean style.weight?"),
    ("style: [{file: a.jpg, weight: 0}]", "style: found 0 for the weight of every painting; give one of them more"),
    (
      "style_weights: 2", "style_weights: found '2'; allowed is a list of 1 to 16 numbers from 0 to 1000000000, one for"
    ),
    ("style_weights: [0, 0]", "style_weights: found a list; allowed is"),
    ("style_weights: [1, two]", "style_weights: found a list; allowed is"),
    (
      "style: [a.jpg, b.jpg]\nstyle_weights: [1, 2, 3]",
      "cat.yaml:2: style_weights: found 3 weights for the 2 that style names; give one for each"
    ),
    (
      "style: [{file: a.jpg, weight: 1}, b.jpg]\nstyle_weights: [1, 2]",
      "cat.yaml:2: style_weights: found weights in style too; leave one of the two out"
    ),
    ("blend: mean", "cat.yaml:1: blend: found 'mean'; allowed is grams, losses"),
    ("style_scales: 0.5", "style_scales: found '0.5'; allowed is a list of 1 to 8 numbers from 0.1 to 4, no two alike"),
    ("style_scales: [1, 1]", "style_scales: found a list; allowed is a list of 1 to 8"),
    ("style_scale: 2\nstyle_scales: [1, 3]", "cat.yaml:2: style_scales: found a list; allowed is a list that with"),
    ("size: 64\nstyle_scales: [1, 0.2]", "cat.yaml:2: style_scales: found a list; allowed is a number that leaves"),
    ("task: content\nstyle_weights: [1]", "style_weights: task content has no style; leave this key out"),
  ])
  func mistakesAreToldWithWhatIsAllowed(yaml: String, says: String) {
    let said = complaints(yaml)
    #expect(said.contains(says) && !said.contains("\n"), "\(said)")
  }
}
