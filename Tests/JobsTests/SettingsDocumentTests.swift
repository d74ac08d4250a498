import Testing

import Jobs

@Suite struct SettingsDocumentTests {
  @Test func jsonIsRead() throws {
    #expect(try settings(#"{"size": 300, "gif": {"width": 120}, "style_layers": {"conv1_1": 1.5}}"#).gif?.width == 120)
  }

  @Test func textThatIsNotYAMLIsRefusedWithItsLine() {
    #expect(complaints("size: !<x 300").hasPrefix("cat.yaml:1: not valid YAML: "))
    #expect(complaints("size: [300\n") == "cat.yaml:1: the bracket [ in column 7 is not closed")
  }

  @Test func textWithoutKeysIsRefused() {
    #expect(
      complaints("\nhello") == "cat.yaml:2: found 'hello'; expected lines of the form `key: value`")
    #expect(complaints("- size") == "cat.yaml:1: found a list; expected lines of the form `key: value`")
  }

  @Test func keyWrittenTwiceIsRefused() {
    #expect(
      complaints("task: transfer\nsize: 300\nseed: 1\nsize: 400")
        == "cat.yaml:4: size: written twice, in lines 2 and 4; keep one")
  }

  /// Marking them one by one takes a parsing each.
  @Test func manyKeysWrittenTwiceAreRefusedSoon() {
    let lines = (1...500).map { "k\($0): 1\nk\($0): 2\n" }.joined()
    #expect(complaints(lines).hasSuffix("found more than 16 keys that were written before"))
    #expect(complaints("[a]: 1\n[a]: 2") == "cat.yaml:1: found [ at the beginning of a key; expected a word")
  }

  @Test func listAsAKeyIsRefused() {
    #expect(complaints("[a, b]: c") == "cat.yaml:1: found a list or mapping as a key; expected a word")
  }

  @Test func secondDocumentIsRefused() {
    #expect(complaints("size: 300\n---\nsize: 400").hasPrefix("cat.yaml:2: found a second document (---)"))
  }

  @Test func hugeFileIsRefusedUnread() {
    #expect(
      complaints(String(repeating: "#", count: 70_000)) == "cat.yaml: found 70000 bytes; a settings file may hold 65536"
    )
  }

  @Test func aliasesAreRefused() {
    #expect(
      complaints("a: &x 1\nb: *x")
        == "cat.yaml:1: found an anchor (&name); write the value out where it is needed, or put it in quotation marks")
  }

  /// Each line is ten times the one before; expanded, the last one alone would hold 10^9 texts.
  @Test func aliasesThatMultiplyAreRefusedUnexpanded() {
    let names = Array("abcdefghi")
    let lines = zip(names, names.dropFirst()).map {
      "\($1): &\($1) [\(repeatElement("*\($0)", count: 10).joined(separator: ","))]"
    }
    #expect(
      complaints("a: &a [lol]\n" + lines.joined(separator: "\n") + "\n? *i\n: 1")
        == "cat.yaml:3: found more than 16 aliases (*name); write each value out")
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "])
  func deepNestingIsRefused(opening: String) {
    #expect(!complaints("size: 1\nx: \n " + String(repeating: opening, count: 20_000)).isEmpty)
    #expect(!complaints("size: 1\nx: \n " + String(repeating: opening, count: 900)).isEmpty)
  }

  @Test func nestingBeyondNeedIsRefused() {
    let yaml = "x: " + String(repeating: "[", count: 9) + String(repeating: "]", count: 9)
    #expect(complaints(yaml) == "cat.yaml:1: found lists or mappings more than 8 deep")
  }

  @Test func tagsAreRefused() {
    #expect(
      complaints("size: !!int 300")
        == "cat.yaml:1: found the tag tag:yaml.org,2002:int; settings take none (or put the value in quotation marks)")
  }

  @Test func optionGoesOverTheFile() throws {
    let file = try SettingsDocument(parsing: "size: 300\ngif: {width: 100, delay_ms: 50}".utf8, source: "cat.yaml")
    let document = try file.setting("size=400").setting("gif.width=200").setting("style_layers={conv1_1: 2}")
    let settings = try Settings(validating: document)
    #expect(settings.size == 400)
    #expect(settings.gif?.width == 200)
    #expect(settings.gif?.delayMilliseconds == 50)
    #expect(settings.styleLayers == [.init(1, 1, weight: 2)])
  }

  @Test func dottedOptionAddsToALayerMapping() throws {
    let file = try SettingsDocument(parsing: "style_layers: {conv1_1: 1}".utf8, source: "cat.yaml")
    let settings = try Settings(validating: file.setting("style_layers.conv2_1=0.5"))
    #expect(settings.styleLayers == [.init(1, 1, weight: 1), .init(2, 1, weight: 0.5)])
  }

  @Test func optionTurnsTheGifOnAgain() throws {
    let file = try SettingsDocument(parsing: "gif: false".utf8, source: "cat.yaml")
    #expect(try Settings(validating: file.setting("gif.width=200")).gif?.width == 200)
  }

  @Test func wrongOptionIsNamedAsWritten() throws {
    let document = try SettingsDocument().setting("size=huge").setting("gif.widht=3")
    do {
      _ = try Settings(validating: document)
      Issue.record("accepted")
    } catch {
      #expect(
        "\(error)" == """
          --set size=huge: size: found 'huge'; allowed is a whole number from 32 to 8192
          --set gif.widht=3: gif.widht: unknown key; did you mean gif.width?
          """)
    }
  }

  @Test(arguments: ["size", "=3", "gif.=3", "a.b.c=3", ""])
  func optionMustBeKeyAndValue(option: String) {
    do {
      _ = try SettingsDocument().setting(option)
      Issue.record("accepted")
    } catch {
      #expect("\(error)" == "--set \(option): expected KEY=VALUE, as in size=300 or gif.width=300")
    }
  }
}
