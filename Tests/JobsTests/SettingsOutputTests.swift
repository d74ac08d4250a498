import Jobs
import Testing

/// Colours and files of the result.
@Suite struct SettingsOutputTests {
  @Test func whatIsNotWrittenIsAsItAlwaysWas() throws {
    let defaults = try settings("")
    #expect(defaults.preserveColours == .none && !defaults.preservesColoursAfterwards)
    #expect(defaults.output == .png && defaults.outputDepth == 8 && defaults.outputProfile == .sRGB)
    #expect(defaults.metadata == .strip && defaults.webpQuality == nil)
    #expect(defaults.animation == .gif && !defaults.frames && !defaults.sideBySide)
    #expect(defaults.gif?.every == 1 && defaults.gif?.bounce == false)
  }

  @Test func everyKeyIsReadAndWrittenOutAgain() throws {
    let yaml = """
      preserve_colors: match_before
      gif: {every: 5, bounce: yes}
      animation: apng
      frames: true
      side_by_side: true
      output: webp
      webp_quality: 80
      output_profile: display-p3
      metadata: keep
      """
    let read = try settings(yaml)
    #expect(read.preserveColours == .matchBefore)
    #expect(read.gif?.every == 5 && read.gif?.bounce == true && read.gif?.width == 400)
    #expect(read.animation == .apng && read.frames && read.sideBySide)
    #expect(read.output == .webp && read.webpQuality == 80)
    #expect(read.outputProfile == .displayP3 && read.metadata == .keep)
    #expect(try settings(read.yaml) == read)
    #expect(try settings("webp_quality: lossless\noutput_depth: 16").outputDepth == 16)
  }

  @Test(arguments: [
    ("preserve_colors: yes", "found 'yes'; allowed is none, luminance, match_before, match_after"),
    ("preserve_colors: luma", "found 'luma'; allowed is none, luminance, match_before, match_after"),
    ("preserve_colors: [luminance]", "found a list; allowed is none, luminance, match_before, match_after"),
    ("preserve_colors: ", "found nothing; allowed is none, luminance, match_before, match_after"),
    ("output: tiff", "found 'tiff'; allowed is png, jpeg, webp"),
    ("webp_quality: 0", "found '0'; allowed is lossless, or a whole number from 1 to 100"),
    ("webp_quality: 101", "found '101'; allowed is lossless, or a whole number from 1 to 100"),
    ("webp_quality: best", "found 'best'; allowed is lossless, or a whole number from 1 to 100"),
    ("output_depth: 12", "found '12'; allowed is 8 or 16"),
    ("output_depth: 32", "found '32'; allowed is 8 or 16"),
    ("output_depth: \"16\"", "found the text \"16\"; allowed is 8 or 16"),
    ("output_profile: p3", "found 'p3'; allowed is srgb, display-p3, adobe-rgb, same"),
    ("output_profile: display_p3", "found 'display_p3'; allowed is srgb, display-p3, adobe-rgb, same"),
    ("metadata: yes", "found 'yes'; allowed is keep, strip"),
    ("animation: mp4", "found 'mp4'; allowed is gif, webp, apng"),
    ("animation: false", "found 'false'; allowed is gif, webp, apng"),
    ("frames: 10", "found '10'; allowed is true or false"),
    ("side_by_side: left", "found 'left'; allowed is true or false"),
  ])
  func aWrongValueIsToldWithWhatIsAllowed(yaml: String, complaint: String) {
    let key = yaml.prefix { $0 != ":" }
    #expect(complaints(yaml) == "cat.yaml:1: \(key): \(complaint)")
  }

  @Test(arguments: [
    ("{every: 0}", "gif.every: found '0'; allowed is a whole number from 1 to 1000"),
    ("{every: 1.5}", "gif.every: found '1.5'; allowed is a whole number from 1 to 1000"),
    ("{every: last}", "gif.every: found 'last'; allowed is a whole number from 1 to 1000"),
    ("{bounce: 2}", "gif.bounce: found '2'; allowed is true or false"),
    ("{bounces: true}", "gif.bounces: unknown key; did you mean gif.bounce?"),
    ("bounce", "gif: found 'bounce'; allowed is false, or a mapping of width, delay_ms, hold_ms, every and bounce"),
  ])
  func theAnimationsKeysAreChecked(value: String, complaint: String) {
    #expect(complaints("gif: \(value)") == "cat.yaml:1: \(complaint)")
  }

  @Test(arguments: [
    (
      "output: jpeg\noutput_depth: 16",
      "cat.yaml:2: output_depth: found '16'; allowed is 8 for output: jpeg; 16 needs output: png"
    ),
    (
      "output_depth: 16\noutput: webp",
      "cat.yaml:1: output_depth: found '16'; allowed is 8 for output: webp; 16 needs output: png"
    ),
    (
      "task: style\noutput_profile: same",
      "cat.yaml:2: output_profile: found 'same'; allowed is srgb, display-p3 or adobe-rgb, for task style, which has no photo"
    ),
    (
      "task: style\npreserve_colors: luminance",
      "cat.yaml:2: preserve_colors: task style has no content; leave this key out"
    ),
    (
      "task: content\npreserve_colors: match_before",
      "cat.yaml:2: preserve_colors: found 'match_before'; allowed is none, luminance or match_after, where there is no painting"
    ),
    (
      "gif: false\nanimation: webp",
      "cat.yaml:2: animation: found 'webp', but gif: false leaves the animation out; leave this key out"
    ),
  ])
  func whatDoesNotGoTogetherIsRefused(yaml: String, complaint: String) {
    #expect(complaints(yaml) == complaint)
  }

  /// Frame 0 is the start.
  @Test func everyAndBounceChooseTheFrames() {
    var gif = Settings.GIF()
    #expect(gif.sequence(of: 4).map(\.frame) == [0, 1, 2, 3])
    #expect(gif.sequence(of: 4).map(\.duration) == [gif.delay, gif.delay, gif.delay, gif.hold])
    gif.every = 3
    #expect(gif.sequence(of: 11).map(\.frame) == [0, 3, 6, 9, 10])
    #expect(gif.sequence(of: 10).map(\.frame) == [0, 3, 6, 9])
    gif.bounce = true
    #expect(gif.sequence(of: 10).map(\.frame) == [0, 3, 6, 9, 6, 3])
    #expect(gif.sequence(of: 10).map(\.duration) == [gif.delay, gif.delay, gif.delay, gif.hold, gif.delay, gif.delay])
    #expect(gif.sequence(of: 1).map(\.frame) == [0])
    #expect(gif.sequence(of: 2).map(\.frame) == [0, 1])
    gif.every = 1000
    #expect(gif.sequence(of: 5).map(\.frame) == [0, 4])
  }
}
