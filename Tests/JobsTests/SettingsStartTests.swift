import Files
import Jobs
import Testing

/// What settings say about masks and beginnings.
@Suite struct SettingsStartTests {
  @Test(arguments: [
    ("noise", Settings.Start.noise), ("gray", .grey), ("content", .content), ("nearest", .nearest), ("style", .style),
    ("begin.png", .file("begin.png")), ("'#1.jpg'", .file("#1.jpg")),
  ])
  func aBeginningIsAWordOrAPicture(written: String, start: Settings.Start) throws {
    let read = try settings("init: \(written)\ninit_blend: 0.25")
    #expect(read.start == start && read.startBlend == 0.25)
    #expect(try settings(read.yaml) == read)
    #expect(try JSON.decode(Settings.self, from: Array(JSON.text(read).utf8)) == read)
  }

  @Test func masksReadBackEqual() throws {
    let read = try settings(
      """
      style: [{file: a.jpg, mask: 'left #1.png'}, {name: auvers, weight: 2, style_mask: sky.png}]
      content_mask: keep.png
      """)
    #expect(
      read.style?.values == [
        Settings.Style("a.jpg", mask: "left #1.png"), Settings.Style("auvers", weight: 2, styleMask: "sky.png"),
      ])
    #expect(read.contentMask == "keep.png")
    #expect(try settings(read.yaml) == read)
    #expect(try JSON.decode(Settings.self, from: Array(JSON.text(read).utf8)) == read)
  }

  /// Two regions of one result in the manner of two parts of one painting.
  @Test func aPaintingMayComeTwiceWithOtherMasks() throws {
    let read = try settings(
      "style: [{file: a.jpg, mask: m.png, style_mask: n.png}, {file: a.jpg, mask: o.png, style_mask: p.png}]")
    #expect(read.style?.values.count == 2)
  }

  @Test(arguments: [
    ("init: ../a.jpg", "init: found '../a.jpg', a path (put the picture beside the settings file, and write a.jpg)"),
    ("init: pictre", "init: found 'pictre'; allowed is noise, gray, content, nearest, style, or the name of a picture"),
    ("init: [a.jpg]", "init: found a list; allowed is noise"),
    ("init: begin.gif", "init: found 'begin.gif', which does not end like a picture"),
    ("init: grey", "init: found 'grey'; allowed is noise, gray, content"),
    ("init: Gray", "init: found 'Gray'; allowed is noise, gray, content"),
    ("init: gray.", "init: found 'gray.'"), ("init: 128", "init: found '128'; allowed is noise, gray, content"),
    ("init: [gray]", "init: found a list; allowed is noise, gray"),
    ("init: {gray: 128}", "init: found a mapping; allowed is noise, gray"),
    ("init: '#808080'", "init: found the text \"#808080\"; allowed is noise, gray"),
    ("init:", "init: found nothing; allowed is noise, gray"),
    ("task: style\ninit: gray", "cat.yaml:2: init: found 'gray'; allowed is noise, for task style"),
    ("task: content\ninit: style", "cat.yaml:2: init: found 'style'; allowed is noise or gray or nearest, for task"),
    ("init_blend: 1.5", "init_blend: found '1.5'; allowed is a number from 0 to 1"),
    ("init_blend: much", "init_blend: found 'much'; allowed is a number from 0 to 1"),
    ("task: style\ninit: style", "cat.yaml:2: init: found 'style'; allowed is noise, for task style"),
    ("content_mask: /tmp/m.png", "content_mask: found '/tmp/m.png', a path"),
    ("content_mask: m.txt", "content_mask: found 'm.txt', which does not end like a picture"),
    ("content_mask:", "content_mask: found nothing (write a name, or leave this key out)"),
    ("style: {file: a.jpg, mask: [m.png]}", "style.mask: found a list; allowed is the name of a picture"),
    ("style: {file: a.jpg, stylemask: m.png}", "style.stylemask: unknown key; did you mean style.style_mask?"),
    ("style: [{file: a.jpg, mask: m.png}, {file: a.jpg, mask: m.png}]", "found a.jpg more than once"),
    ("task: style\ncontent_mask: m.png", "content_mask: task style has no content; leave this key out"),
  ])
  func mistakesAreToldWithWhatIsAllowed(yaml: String, says: String) {
    let said = complaints(yaml)
    #expect(said.contains(says) && !said.contains("\n"), "\(said)")
  }
}
