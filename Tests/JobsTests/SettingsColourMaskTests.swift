import Files
import Jobs
import Testing

/// What settings say about where the photo's colours are preserved.
@Suite struct SettingsColourMaskTests {
  @Test(arguments: ["luminance", "match_after"])
  func itIsReadAndWrittenOutAgain(preserving: String) throws {
    let read = try settings("preserve_colors: \(preserving)\ncolor_mask: sky.png")
    #expect(read.colourMask == "sky.png")
    #expect(try settings(read.yaml) == read)
    #expect(try JSON.decode(Settings.self, from: Array(JSON.text(read).utf8)) == read)
    #expect(try settings("preserve_colors: \(preserving)").colourMask == nil)
  }

  @Test(arguments: [
    (
      "color_mask: m.png",
      "cat.yaml:1: color_mask: found 'm.png', and preserve_colors: none preserves the photo's colours nowhere; set "
        + "preserve_colors: luminance or match_after, or leave this key out"
    ),
    (
      "size: 300\ncolor_mask: m.png\npreserve_colors: match_before",
      "cat.yaml:2: color_mask: found 'm.png', and preserve_colors: match_before gives the whole painting the photo's colours "
        + "before anything is painted; set preserve_colors: luminance or match_after, or leave this key out"
    ),
    (
      "task: content\ncolor_mask: m.png",
      "cat.yaml:2: color_mask: found 'm.png', and preserve_colors: none preserves"
    ),
    ("task: style\ncolor_mask: m.png", "cat.yaml:2: color_mask: task style has no content; leave this key out"),
    ("preserve_colors: luminance\ncolor_mask: /tmp/m.png", "cat.yaml:2: color_mask: found '/tmp/m.png', a path"),
    (
      "preserve_colors: luminance\ncolor_mask: ../m.png",
      "color_mask: found '../m.png', a path (put the picture beside the settings file, and write m.png)"
    ),
    (
      "preserve_colors: luminance\ncolor_mask: m.txt",
      "cat.yaml:2: color_mask: found 'm.txt', which does not end like a picture"
    ),
    (
      "preserve_colors: luminance\ncolor_mask:",
      "cat.yaml:2: color_mask: found nothing (write a name, or leave this key out)"
    ),
    ("preserve_colors: luminance\ncolor_mask: [m.png]", "cat.yaml:2: color_mask: found a list; allowed is the name of"),
    ("preserve_colors: luminance\ncolor_mask: {file: m.png}", "cat.yaml:2: color_mask: found a mapping; allowed is"),
    (
      "preserve_colors: luminance\ncolor_mask: https://a.org/m.png",
      "cat.yaml:2: color_mask: found 'https://a.org/m.png', an address on the web"
    ),
    (
      "preserve_colors: luminance\ncolour_mask: m.png",
      "cat.yaml:2: colour_mask: unknown key; did you mean color_mask?"
    ),
  ])
  func mistakesAreToldWithWhatToDo(yaml: String, says: String) {
    let said = complaints(yaml)
    #expect(said.contains(says) && !said.contains("\n"), "\(said)")
  }
}
