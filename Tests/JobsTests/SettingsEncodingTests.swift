import Testing

import Jobs

@Suite struct SettingsEncodingTests {
  static let text = "# Öl auf Leinwand 🎨\r\ncontent: größe 🐈.jpg\r\nsize: 300\r\n"

  private static func utf16(_ text: String, isBig: Bool) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap {
      let bytes = [UInt8($0 >> 8), UInt8($0 & 0xFF)]
      return isBig ? bytes : bytes.reversed()
    }
  }

  /// As Notepad saves them under the names UTF-8, UTF-8 with BOM, UTF-16 LE and UTF-16 BE.
  static let encoded: [[UInt8]] = [
    Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), utf16(text, isBig: false), utf16(text, isBig: true),
  ]

  @Test("UTF-8 is read, with or without a byte order mark, and UTF-16 with one", arguments: encoded)
  func unicodeIsRead(bytes: [UInt8]) throws {
    let settings = try Settings(validating: SettingsDocument(parsing: bytes, source: "cat.yaml"))
    #expect(settings.content == "größe 🐈.jpg")
    #expect(settings.size == 300)
    #expect(Sidecar(reading: bytes, of: "cat.yaml") == .valid(settings), "the inbox reads it too")
  }

  private static func complaint(_ bytes: [UInt8]) -> String {
    guard case .invalid(let reason) = Sidecar(reading: bytes, of: "a.yaml") else { return "" }
    return reason
  }

  @Test("What is no Unicode text is refused by what it is") func othersAreRefused() {
    let utf16 = Self.utf16("size: 300", isBig: false)
    let without = "found UTF-16 text without a byte order mark; save it as UTF-8"
    #expect(Self.complaint(Array(utf16.dropFirst(2))) == "a.yaml: \(without)")
    #expect(Self.complaint(Array(Self.utf16("size: 300", isBig: true).dropFirst(2))) == "a.yaml: \(without)")
    let utf32: [UInt8] = Array("size".utf8).flatMap { [$0, 0, 0, 0] as [UInt8] }
    #expect(Self.complaint(utf32) == "a.yaml: found UTF-32 text; save it as UTF-8")
    #expect(Self.complaint([0xFF, 0xFE, 0, 0] + utf32) == "a.yaml: found UTF-32 text; save it as UTF-8")
    #expect(Self.complaint([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x73]) == "a.yaml: found UTF-32 text; save it as UTF-8")
    #expect(
      Self.complaint(Array("{\\rtf1\\ansi size: 300}".utf8))
        == "a.yaml: found a word processor's document (RTF); save it as plain text")
  }

  @Test("Bytes that are not UTF-8 are told with their place") func latin1IsRefused() {
    #expect(
      Self.complaint(Array("size: 300\r\ncontent: caf".utf8) + [0xE9] + Array(".jpg\r\n".utf8)) == """
        a.yaml:2: found the byte E9 in column 13, which is not UTF-8; save the file as UTF-8 \
        (Latin-1 and Windows-1252, also called ANSI, are not read)
        """)
    #expect(Self.complaint([0xFF, 0xD8, 0xFF, 0xE0]).hasPrefix("a.yaml:1: found the byte FF in column 1"), "a JPEG")
    #expect(Self.complaint([0xEF, 0xBB, 0xBF, 0x61, 0xC3]).hasPrefix("a.yaml:1: found the byte C3 in column 2"))
  }

  @Test("Damaged UTF-16 is told with its place") func damagedUTF16IsRefused() {
    let said = "found half a character in column 3 of UTF-16 text; save it as UTF-8"
    let text: [UInt8] = [0xFF, 0xFE, 0x0A, 0, 0x61, 0, 0x62, 0]
    #expect(Self.complaint(text + [0x63]) == "a.yaml:2: \(said)", "an odd number of bytes")
    #expect(Self.complaint(text + [0x3D, 0xD8, 0x63, 0]) == "a.yaml:2: \(said)", "half a pair")
    #expect(Self.complaint(text + [0x00, 0xDE]) == "a.yaml:2: \(said)", "the other half")
  }

  @Test("JSON's escapes of two halves are one character") func surrogatesAreJoined() throws {
    #expect(try settings(#"{"content": "\ud83d\ude00.jpg"}"#).content == "😀.jpg")
    #expect(
      try settings(#"{"content": "a\uD83D\uDE00\u00e9\ud83d\udc08\"b.jpg", "size": 300}"#).content == "a😀é🐈\"b.jpg")
    #expect(
      try settings(#"{"style": "\\ud83d", "content": "x.jpg"}"#.replacing(#"\\ud83d"#, with: "x")).content == "x.jpg")
  }

  @Test("They are escapes in double quotes only") func escapesAreOfDoubleQuotes() {
    for name in [#"'\ud83d\ude00.jpg'"#, #"\ud83d\ude00.jpg"#, #""\\ud83d\\ude00.jpg""#] {
      #expect(complaints("content: \(name)").contains(#"\ud83d\ude00.jpg"#), "\(name)")
    }
    #expect(complaints("# \"\\ud83d\nsize: 300").isEmpty)
  }

  @Test(
    "Half of such an escape is told with its place", arguments: ["\\ud83d", "\\uDE00", "\\ud83d\\ud83d", "\\ud83d\\n"])
  func halvesAreRefused(escape: String) {
    #expect(
      complaints("{\n  \"size\": 300,\n  \"content\": \"é\(escape).jpg\"\n}") == """
        cat.yaml:3: found \(escape.prefix(6)) in column 16, which is half a character; such escapes come in pairs, \
        as \\ud83d\\ude00
        """)
  }
}
