import Testing

import Jobs

/// Lines of settings with a mistake, and what is said of it.
struct Mistake: CustomTestStringConvertible, Sendable {
  let lines: [String]
  /// The index of the line that is told.
  let wrong: Int
  let words: String

  init(_ lines: String..., wrong: Int = 0, says words: String) {
    self.lines = lines
    self.wrong = wrong
    self.words = words
  }

  var testDescription: String { lines.joined(separator: " ⏎ ") }
}

/// Every kind of complaint names the line of the mistake, wherever that is in a file and however its lines end.
@Suite struct SettingsLinesTests {
  static let values = [
    Mistake("stlye_weight: 3", says: "stlye_weight: unknown key; did you mean style_weight?"),
    Mistake("size: huge", says: "size: found 'huge'; allowed is a whole number"),
    Mistake("size: 31", says: "size: found '31'; allowed is"),
    Mistake("size: [300]", says: "size: found a list; allowed is"),
    Mistake("size:", says: "size: found nothing; allowed is"),
    Mistake("preset: turner", says: "preset: found 'turner'; allowed is"),
    Mistake("gif:", "  width: 300", "  delay: 100", wrong: 2, says: "gif.delay: unknown key"),
    Mistake("gif:", "  width: 300", "  hold_ms: 5", wrong: 2, says: "gif.hold_ms: found '5'"),
    Mistake("gif: {width: 300,", "  hold_ms: 5}", wrong: 1, says: "gif.hold_ms: found '5'"),
    Mistake(
      "style_layers:", "  conv1_1: 1", "  fc7: 1", wrong: 2, says: "style_layers: found 'fc7', which is no layer"),
    Mistake(
      "style_layers:", "- conv1_1", "- relu1_1", wrong: 2, says: "style_layers: found block1_conv1 more than once"),
    Mistake("style_layers:", "  conv1_1: heavy", wrong: 1, says: "style_layers.conv1_1: found 'heavy'"),
    Mistake("style_weight: 0", "content_weight: 0", says: "style_weight: found 0 for every weight"),
    Mistake("size: 64", "style_scale: 0.2", wrong: 1, says: "style_scale: found '0.2'"),
    Mistake("photos: all", "content: cat.jpg", says: "photos: found 'all'; allowed is one"),
    Mistake("photos: all", "contents: all", wrong: 1, says: "contents: the same as photos"),
    Mistake("styles: all", says: "styles: found 'all'; allowed is mixed, each"),
    Mistake(
      "size: 64", "styles: [a.jpg, b.jpg]", wrong: 1, says: "styles: found a list; allowed is mixed, each; paintings"),
    Mistake("styles: each", "style_weights: [1, 2]", wrong: 1, says: "style_weights: found beside styles: each"),
    Mistake("styles: each", "blend: losses", wrong: 1, says: "blend: found beside styles: each"),
    Mistake(
      "styles: each", "style: [{file: a.jpg, weight: 2}]", wrong: 1, says: "style: found a weight beside styles: each"),
    Mistake("content: trip/cat.jpg", says: "content: found 'trip/cat.jpg', a path"),
    Mistake("priority: –3", says: "priority: found '–3' with – (U+2013, en dash) in column 11, where - belongs"),
    Mistake("content:", "  ../cat.jpg", wrong: 1, says: "content: found '../cat.jpg', a path"),
  ]

  static let repeats = [
    Mistake("size: 300", "size: 400", wrong: 1, says: "size: written twice, in lines "),
    Mistake("size: 300", "", "# size: 300", "force: no", "size: 300", wrong: 4, says: "size: written twice, in lines "),
    Mistake("'size': 300", "\"size\": 400", "size: 1", wrong: 1, says: "size: written 3 times, in lines "),
    Mistake(
      "gif:", "  width: 300", "  hold_ms: 50", "  width: 20", wrong: 3, says: "gif.width: written twice, in lines "),
    Mistake("gif: {width: 300,", "  width: 301}", wrong: 1, says: "gif.width: written twice, in lines "),
    Mistake("gif: {width: 300, width: 301}", says: "gif.width: written twice in line "),
    Mistake("style_layers:", "  conv1_1: 1", "  conv1_1: 1", wrong: 2, says: "style_layers.conv1_1: written twice"),
  ]

  static let syntax = [
    Mistake("iterations:2", says: "a space is missing after the colon: `iterations: 2`"),
    Mistake("gif:", "  width:300", "  hold_ms: 50", wrong: 1, says: "a space is missing after the colon: `width: 300`"),
    Mistake("size = 300", says: "found = instead of a colon: `size: 300`"),
    Mistake("size=300", says: "found = instead of a colon: `size: 300`"),
    Mistake("size 300", says: "a colon is missing: `size: 300`"),
    Mistake("size", says: "found 'size'; expected lines of the form `key: value`"),
    Mistake("size: 300", "  force: yes", wrong: 1, says: "found a key that is indented more than the line before"),
    Mistake("size: a: b", says: "found a second key or colon in column 8; a value with `: ` in it needs"),
    Mistake("gif:", "    width: 300", "  hold_ms: 50", wrong: 2, says: "found 'hold_ms: 50' where a key should be"),
    Mistake("size: - 300", says: "found a value that begins with -; put it in quotation marks"),
    Mistake("size: \"300", says: "the quotation mark in column 7 is not closed"),
    Mistake("content: 'a.jpg", "style: 'b.jpg'", says: "the quotation mark in column 10 is not closed"),
    Mistake("content: 'a.jpg' b", says: "found 'b' behind the end of the value"),
    Mistake("content: 'Anna's cat.jpg'", says: "found 's cat.jpg'' behind the end of the value"),
    Mistake("content: {cat}.jpg", says: "found '.jpg' behind the end of the value"),
    Mistake("content: | cat.jpg", says: "found a value that begins with |"),
    Mistake("content: ,cat.jpg", says: "found a value that begins with ,"),
    Mistake("content: ? cat.jpg", says: "found a value that begins with ?"),
    Mistake("content: &cat.jpg", says: "found a value that begins with &"),
    Mistake("scales: [64", says: "the bracket [ in column 9 is not closed"),
    Mistake("gif: {width: 300", says: "the bracket { in column 6 is not closed"),
    Mistake("scales: [64, , 128]", says: "found ', 128]' where a value should be"),
    Mistake("scales: ]64", says: "found ']64' where a value should be"),
    Mistake("scales: 64]", says: "scales: found '64]'"),
    Mistake("scales: [64}", says: "a comma or a closing bracket is missing before '}'"),
    Mistake("scales: [", says: "the bracket [ in column 9 is not closed"),
    Mistake("scales: [６４]", says: "scales: found a list with ６ (U+FF16, fullwidth digit six) in column 10"),
    Mistake("style_layers: [“conv1_1”]", says: "found '“conv1_1”' with “ (U+201C, left double quotation mark)"),
    Mistake("content: @cat.jpg", says: "found @ in column 10, which begins no value; put the value in quotation marks"),
    Mistake("content: `cat.jpg`", says: "found ` in column 10, which begins no value"),
    Mistake("content: %cat.jpg", says: "found % in column 10, which begins no value"),
    Mistake("content: *.jpg", says: "found a value that begins with *; put it in quotation marks"),
    Mistake("content: *cat", says: "found a value that begins with *; put it in quotation marks"),
    Mistake("content: &cat x", says: "found an anchor (&name)"),
    Mistake("content: !cat x", says: "found the tag !cat"),
    Mistake("size: !!int 300", says: "found the tag tag:yaml.org,2002:int"),
    Mistake("content: \"C:\\Users\\cat.jpg\"", says: "found a backslash in column 13 that begins no escape"),
    Mistake("content: \"C:\\pictures\\cat.jpg\"", says: "found a backslash in column 13 that begins no escape"),
    Mistake("content: \"\\ud83d.jpg\"", says: "found \\ud83d in column 11, which is half a character"),
    Mistake("content: \"\\ude00\\ud83d.jpg\"", says: "found \\ude00 in column 11, which is half a character"),
    Mistake("[a, b]: 300", says: "found a list or mapping as a key"),
    Mistake("size: [[[[[[[[[1]]]]]]]]]", says: "found lists or mappings more than 8 deep"),
    Mistake(
      "force: yes", "---", "size: 300", wrong: 1, says: "found a second document (---); a settings file holds one"),
  ]

  static let characters = [
    Mistake("size: 3\u{7}00", says: "found U+0007 (control character) in column 8"),
    Mistake("size: 300\u{0}", says: "found U+0000 (control character) in column 10"),
    Mistake("size: 300 # \u{85}", says: "found U+0085 (control character) in column 13"),
    Mistake("size: 300 # \u{2028}", says: "found U+2028 (line separator) in column 13"),
    Mistake("\tsize: 300", says: "found U+0009 (tab) in column 1, where a space belongs"),
    Mistake("gif:", "\twidth: 300", wrong: 1, says: "found U+0009 (tab) in column 1, where a space belongs"),
    Mistake("gif:", "  width: 300", "\thold_ms: 50", wrong: 2, says: "found U+0009 (tab) in column 1"),
    Mistake("size:\u{A0}300", says: "found U+00A0 (no-break space) in column 6, where an ordinary space"),
    Mistake("size: 300\u{A0}", says: "size: found '300\u{A0}' with U+00A0 (no-break space) in column 10"),
    Mistake("\u{3000}size: 300", says: "unknown key with U+3000 (ideographic space) in column 1"),
    Mistake("gif:", "\u{A0}\u{A0}width: 300", wrong: 1, says: "unknown key with U+00A0 (no-break space) in column 1"),
    Mistake("size\u{202F}: 300", says: "unknown key with U+202F (narrow no-break space) in column 5"),
    Mistake("si\u{200B}ze: 300", says: "unknown key with U+200B (zero width space) in column 3, where nothing belongs"),
    Mistake("size: 3\u{FEFF}00", says: "with U+FEFF (zero width no-break space) in column 8, where nothing belongs"),
    Mistake("size：300", says: "found ： (U+FF1A, fullwidth colon) in column 5, where : belongs"),
    Mistake("size: ３００", says: "with ３ (U+FF13, fullwidth digit three) in column 7, where 3 belongs"),
    Mistake("“size”: 300", says: "unknown key with “ (U+201C, left double quotation mark) in column 1"),
    Mistake("output: ’png’", says: "with ’ (U+2019, right single quotation mark) in column 9"),
    Mistake("content: ‘cat.jpg’", says: "with ‘ (U+2018, left single quotation mark) in column 10, where \" or no"),
    Mistake("priority: −3", says: "with − (U+2212, minus sign) in column 11, where - belongs"),
    Mistake("“size”:300", says: "found “ (U+201C, left double quotation mark) in column 1"),
  ]

  static let all = values + repeats + syntax + characters

  /// Mistakes in a file that is one mapping in braces.
  static let json = [
    Mistake(
      "{", "  \"size\": 300", "  \"seed\": 7", "}", wrong: 2,
      says: "a comma or a closing bracket is missing before ': 7'"),
    Mistake("{", "  \"size\": 300,", "  \"seed\": 7", says: "the bracket { in column 1 is not closed"),
    Mistake(
      "{", "  \"scales\": [64,", "  \"seed\": 7", "}", wrong: 1, says: "the bracket [ in column 13 is not closed"),
    Mistake("{", "  \"size\": 300", "}", "}", wrong: 3, says: "found '}' behind the end of the settings"),
    Mistake(
      "{", "  \"size: 300,", "  \"seed\": 7", "}", wrong: 1, says: "the quotation mark in column 3 is not closed"),
    Mistake("{", "  \"size\": 300,", "  \"size\": 300", "}", wrong: 2, says: "size: written twice, in lines "),
    Mistake("{", "  \"size\": 300,", "", "  “seed”: 7", "}", wrong: 3, says: "“seed”: unknown key with “"),
    Mistake("[", says: "the bracket [ in column 1 is not closed"),
    Mistake("[64]", says: "found a list; expected lines of the form `key: value`"),
  ]

  @Test("So it is in JSON", arguments: json) func linesOfJSON(mistake: Mistake) {
    for end in ["\n", "\r\n"] {
      for empty in [0, 2] {
        let said = complaints(String(repeating: end, count: empty) + mistake.lines.joined(separator: end) + end)
        #expect(said.hasPrefix("cat.yaml:\(empty + mistake.wrong + 1): \(mistake.words)"), "\(said)")
      }
    }
  }

  @Test("The line told is the line of the mistake", arguments: all) func lines(mistake: Mistake) {
    for (before, after) in [(0, 2), (3, 2), (3, 0)] {
      for end in ["\n", "\r\n", "\r"] {
        for isEnded in [true, false] {
          let lines =
            ["task: transfer", "", "# a cat"].prefix(before) + mistake.lines + ["# 300", "seed: 1"].prefix(after)
          let said = complaints(lines.joined(separator: end) + (isEnded ? end : ""))
          let line = before + mistake.wrong + 1
          let isSaid = said.split(separator: "\n").contains {
            $0.hasPrefix("cat.yaml:\(line): ") && $0.contains(mistake.words)
          }
          #expect(isSaid && !said.contains("\r"), "\(Array(lines).debugDescription) \(said)")
        }
      }
    }
  }
}
