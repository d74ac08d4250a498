import Files
import Testing

import Jobs

@Suite struct SettingsErrorsTests {
  @Test func allProblemsAreToldAtOnceInTheOrderOfTheFile() {
    let yaml = """
      task: transfer
      stlye_weight: 3
      size: huge
      gif:
        width: 300
        delay: 100
        hold_ms: 5
      iterations: 0
      force: perhaps
      """
    #expect(
      complaints(yaml) == """
        cat.yaml:2: stlye_weight: unknown key; did you mean style_weight?
        cat.yaml:3: size: found 'huge'; allowed is a whole number from 32 to 8192
        cat.yaml:6: gif.delay: unknown key; did you mean gif.delay_ms?
        cat.yaml:7: gif.hold_ms: found '5'; allowed is a whole number from 20 to 60000
        cat.yaml:8: iterations: found '0'; allowed is a whole number from 1 to 1000
        cat.yaml:9: force: found 'perhaps'; allowed is true or false
        """)
  }

  @Test(arguments: [
    ("stlye", "style"), ("iteration", "iterations"), ("Size", "size"), ("content-weight", "content_weight"),
    ("optimiser", "optimizer"), ("learning_rtae", "learning_rate"),
  ])
  func misspeltKeyIsRecognised(written: String, meant: String) {
    #expect(complaints("\(written): 1").contains("cat.yaml:1: \(written): unknown key; did you mean \(meant)?"))
  }

  @Test func keyLikeNoOtherGetsNoGuess() {
    #expect(complaints("brush: 3") == "cat.yaml:1: brush: unknown key")
  }

  @Test(arguments: [
    ("size", "300.5", "'300.5'"), ("size", "\"300\"", "the text \"300\""), ("size", "", "nothing"),
    ("size", "[300]", "a list"), ("size", "{a: 1}", "a mapping"), ("size", "0x100", "'0x100'"), ("size", "31", "'31'"),
    ("size", "8193", "'8193'"), ("size", "99999999999999999999", "'99999999999999999999'"),
  ])
  func sizeMustBeAWholeNumberInItsRange(key: String, value: String, found: String) {
    #expect(
      complaints("\(key): \(value)")
        == "cat.yaml:1: \(key): found \(found); allowed is a whole number from 32 to 8192")
  }

  @Test(arguments: [".inf", "nan", "inf", "-1", "0x1p3", "1e400", "one", "\"1\""])
  func weightMustBeAFiniteNumber(value: String) {
    #expect(complaints("tv_weight: \(value)").hasSuffix("allowed is a number from 0 to 1000000000"))
  }

  @Test(arguments: ["1", "1.5", "1e-5", "1e-05", "0", ".5"])
  func weightTakesDecimalNumbers(value: String) throws {
    #expect(try settings("tv_weight: \(value)").tvWeight == Double(value))
  }

  @Test func choiceNamesWhatIsAllowed() {
    #expect(complaints("task: paint") == "cat.yaml:1: task: found 'paint'; allowed is transfer, content, style")
    #expect(complaints("pooling: mean") == "cat.yaml:1: pooling: found 'mean'; allowed is average, max, l2")
    #expect(complaints("padding: mirror") == "cat.yaml:1: padding: found 'mirror'; allowed is zero, replicate, reflect")
    #expect(
      complaints("init: photo")
        == "cat.yaml:1: init: found 'photo'; allowed is noise, gray, content, nearest, style, or the name of a picture "
        + "(.jpg, .png, .webp, .heic, .avif or .tiff) beside the settings file, without any folder")
    #expect(complaints("output: gif") == "cat.yaml:1: output: found 'gif'; allowed is png, jpeg, webp")
  }

  @Test(arguments: [
    ("resnet50", "'resnet50'"), ("VGG19", "'VGG19'"), ("vgg11", "'vgg11'"), ("19", "'19'"), ("", "nothing"),
    ("[vgg16]", "a list"), ("../mine.safetensors", "'../mine.safetensors'"),
  ])
  func networkIsOneOfTwo(value: String, found: String) {
    #expect(complaints("network: \(value)") == "cat.yaml:1: network: found \(found); allowed is vgg16, vgg19")
  }

  @Test func aLayerMustBeOneOfTheNetworks() throws {
    #expect(complaints("content_layers: [block3_conv4]").contains("block3_conv4"))
    #expect(
      try settings("network: vgg19\ncontent_layers: [conv3_4]").contentLayers.map(\.layer.description) == [
        "block3_conv4"
      ])
  }

  @Test(arguments: ["true", "1", "[zero]", "mirror", "Reflect", "", "{zero: 1}"])
  func paddingIsOneOfThree(value: String) {
    #expect(complaints("padding: \(value)").hasSuffix("allowed is zero, replicate, reflect"))
  }

  @Test func keysOfAnotherTaskAreRefused() {
    #expect(
      complaints("task: content\nstyle_weight: 2\nstyle_layers: [conv1_1]\nstyle_scale: 2\nstyle: a.jpg") == """
        cat.yaml:2: style_weight: task content has no style; leave this key out
        cat.yaml:3: style_layers: task content has no style; leave this key out
        cat.yaml:4: style_scale: task content has no style; leave this key out
        cat.yaml:5: style: task content has no style; leave this key out
        """)
    #expect(
      complaints("task: style\ncontent_weight: 2")
        == "cat.yaml:2: content_weight: task style has no content; leave this key out")
  }

  @Test(arguments: ["content": "noise or gray or nearest", "style": "noise"])
  func reconstructionsDoNotStartFromThePhoto(task: String, allowed: String) {
    #expect(
      complaints("task: \(task)\ninit: content")
        == "cat.yaml:2: init: found 'content'; allowed is \(allowed), for task \(task)")
  }

  @Test func styleMustKeepSomePixels() {
    #expect(
      complaints("size: 64\nstyle_scale: 0.2")
        == "cat.yaml:2: style_scale: found '0.2'; allowed is a number that leaves the style 16 pixels or more of 64")
  }

  @Test(arguments: [
    "../cat.jpg", "/etc/passwd", "a/b.jpg", "\".\u{301}./\u{301}b.jpg\"",
    "..", ".hidden.jpg", "\"\"", "\"a\\nb\"", "\"a\\0b\"", "[cat.jpg]",
  ])
  func pictureIsNeverAPath(name: String) {
    #expect(
      complaints("content: \(name)")
        .hasSuffix(
          "allowed is the name of a picture (.jpg, .png, .webp, .heic, .avif or .tiff) beside the settings file, "
            + "without any folder"))
  }

  @Test(arguments: ["../auvers", "/etc", "a/b", "auvers.bmp", ".auvers", "\"-a\"", "\" a\"", "\"a\\\\b\"", "a.b"])
  func styleIsAPictureOrAPlainName(name: String) {
    #expect(
      complaints("style: \(name)").hasSuffix(
        "allowed is the name of a picture (.jpg, .png, .webp, .heic, .avif or .tiff) beside the settings file, without any folder, "
          + "or of a remembered style"))
  }

  @Test func allContentsAndOneAreAContradiction() {
    #expect(
      complaints("photos: all\ncontent: cat.jpg")
        == "cat.yaml:1: photos: found 'all'; allowed is one, where content names a photo")
    #expect(complaints("photos: all\ncontents: all") == "cat.yaml:2: contents: the same as photos; leave this key out")
  }

  @Test(arguments: ["holiday.jpg", "a b & c.jpg", "été 🎨.png", "1999", "true", "-x.jpg"])
  func pictureIsAFileName(name: String) throws {
    #expect(try settings("content: \(name)").content == name)
  }

  @Test func gifIsFalseOrAMapping() throws {
    #expect(try settings("gif: false").gif == nil)
    #expect(try settings("gif: no").gif == nil)
    #expect(try settings("gif: true").gif == Settings.GIF())
    #expect(try settings("gif: {width: 100}").gif?.width == 100)
    #expect(
      complaints("gif: 300")
        == "cat.yaml:1: gif: found '300'; allowed is false, or a mapping of width, delay_ms, hold_ms, every and bounce")
  }

  @Test func scalesAreAWordOrARisingListBelowTheSize() throws {
    #expect(try settings("scales: auto").scales == .auto)
    #expect(try settings("scales: [128, 256]").scales == .sizes([128, 256]))
    for wrong in ["[256, 128]", "[128, 512]", "[]", "[16]", "many", "128", "[a]"] {
      #expect(
        complaints("scales: \(wrong)").hasSuffix(
          "allowed is none, auto, or a rising list of sizes from 32 to less than the size 512"), "\(wrong)")
    }
  }

  @Test func memoryIsASizeOrNone() throws {
    #expect(try settings("memory: 2G").memoryBytes == 2 << 30)
    #expect(try settings("memory: 512MiB").memoryBytes == 512 << 20)
    #expect(try settings("memory: 100000000").memoryBytes == 100_000_000)
    #expect(try settings("memory: none").memoryBytes == nil)
    for wrong in ["2 gigabytes", "63M", "1.5G", "-2G", "999999999999999T"] {
      #expect(
        complaints("memory: \(wrong)")
          == "cat.yaml:1: memory: found '\(wrong)'; allowed is a size of 64M or more, as 512M or 2G, or none")
    }
  }

  @Test func threadsAreANumberOrAuto() throws {
    #expect(try settings("threads: 4").threads == 4)
    #expect(try settings("threads: auto").threads == nil)
    #expect(
      complaints("threads: 0") == "cat.yaml:1: threads: found '0'; allowed is a whole number from 1 to 1024, or auto")
  }

  @Test func longValueIsShortenedInTheError() {
    let complaint = complaints("task: \(String(repeating: "x", count: 5000))")
    #expect(complaint.count < 150)
    #expect(complaint.contains("xxx...'"))
  }
}
