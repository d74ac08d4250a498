import Jobs
import Testing

/// `styles: each`, and what does not go with it.
@Suite struct SettingsEachPaintingTests {
  @Test(arguments: [
    ("styles: all", "cat.yaml:1: styles: found 'all'; allowed is mixed, each"),
    ("styles: Each", "cat.yaml:1: styles: found 'Each'; allowed is mixed, each"),
    ("styles: 2", "cat.yaml:1: styles: found '2'; allowed is mixed, each"),
    ("styles:", "cat.yaml:1: styles: found nothing; allowed is mixed, each"),
    (
      "styles: [a.jpg, b.jpg]", "cat.yaml:1: styles: found a list; allowed is mixed, each; paintings are named by style"
    ),
    (
      "styles: auvers.jpg",
      "cat.yaml:1: styles: found 'auvers.jpg'; allowed is mixed, each; paintings are named by style"
    ),
    (
      "size: 64\nstyles: each\nstyle_weights: [1, 2]",
      "cat.yaml:3: style_weights: found beside styles: each, which paints in each painting alone; leave one of the two out"
    ),
    (
      "styles: each\nblend: losses",
      "cat.yaml:2: blend: found beside styles: each, which paints in each painting alone; leave one of the two out"
    ),
    (
      "style: [{file: a.jpg, weight: 2}, b.jpg]\nstyles: each",
      "cat.yaml:1: style: found a weight beside styles: each, which paints in each painting alone; leave one of the two out"
    ),
    ("task: content\nstyles: each", "cat.yaml:2: styles: task content has no style; leave this key out"),
    ("stiles: each", "cat.yaml:1: stiles: unknown key; did you mean styles?"),
    ("photos: each", "cat.yaml:1: photos: found 'each'; allowed is one, all"),
    (
      "contents: all\nphotos: all\nstyles: each", "cat.yaml:1: contents: the same as photos; leave this key out"
    ),
    (
      "photos: all\nstyles: each\ncontent: a.jpg",
      "cat.yaml:1: photos: found 'all'; allowed is one, where content names a photo"
    ),
  ])
  func whatDoesNotGoTogetherIsToldWithItsLine(yaml: String, complaint: String) {
    #expect(complaints(yaml) == complaint)
  }

  @Test func aKeyIsWrittenOnce() {
    #expect(complaints("styles: each\nstyles: mixed").hasPrefix("cat.yaml:2: styles: written twice"))
  }

  @Test(arguments: [
    "styles: each", "styles: mixed", "contents: all\nstyles: each\nstyle: [a.jpg, auvers]", "task: style\nstyles: each",
  ])
  func goodOnesReadBackEqual(yaml: String) throws {
    let read = try settings(yaml)
    #expect(read.styles == (yaml.contains("each") ? .each : .mixed))
    #expect(try settings(read.yaml) == read)
  }
}
