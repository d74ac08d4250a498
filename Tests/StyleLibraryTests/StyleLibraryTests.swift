import Files
import Foundation
import Images
import Jobs
import StyleLibrary
import TestSupport
import Testing

/// A library in a folder of its own.
struct TestLibrary {
  let folder: TemporaryFolder
  let library: StyleLibrary

  init() throws {
    folder = try TemporaryFolder()
    library = StyleLibrary(Path(folder.path("styles")))
  }

  /// A picture of one colour; its bytes differ with the shade.
  static func png(_ shade: UInt8, width: Int = 320, height: Int = 200) throws -> [UInt8] {
    try PNGEncoder.encode(
      RGBImage(width: width, height: height, pixels: Array(repeating: shade, count: width * height * 3)))
  }

  @discardableResult
  func add(_ shade: UInt8, as name: String, isUse: Bool = false) throws -> (style: RememberedStyle, isNew: Bool) {
    let file = try folder.write(Self.png(shade), to: "picture-\(shade).png")
    return try library.add(Path(file), as: StyleName(sanitising: name), isUse: isUse)
  }

  func style(_ name: String) throws -> RememberedStyle? { try library.list().styles.first { $0.name.text == name } }

  var names: [String] { (try? library.names().map(\.text)) ?? [] }

  /// All that lies in the library, but the lock.
  var files: [String] { ((try? folder.contents()) ?? []).filter { $0.hasPrefix("styles/") && $0 != "styles/.lock" } }
}

@Suite struct StyleLibraryTests {
  private let test: TestLibrary
  private var library: StyleLibrary { test.library }

  init() throws { test = try TestLibrary() }

  @Test func aStyleKeepsItsBytesUnderItsName() throws {
    let (style, isNew) = try test.add(7, as: "auvers")
    #expect(isNew && style.name.text == "auvers")
    #expect(
      test.files == [
        "styles/auvers", "styles/auvers/original.png", "styles/auvers/style.json", "styles/auvers/thumbnail.png",
      ])
    #expect(FileManager.default.contents(atPath: "\(style.original.path)") == Data(try TestLibrary.png(7)))
    let thumbnail = try ImageDecoder.decode(path: Path("\(style.thumbnail)")).image
    #expect(thumbnail.width == 160 && thumbnail.height == 100)
    let listed = try #require(try test.style("auvers"))
    #expect((listed.record.width, listed.record.height, listed.record.uses) == (320, 200, 0))
    #expect(listed.record.sizeBytes == (try TestLibrary.png(7)).count)
    #expect(listed.record.lastUsed == nil)
  }

  @Test func theEndingIsThatOfTheContents() throws {
    let grey = RGBImage(width: 20, height: 20, pixels: Array(repeating: 9, count: 1200))
    let jpeg = try JPEGEncoder.encode(grey, quality: 90)
    let file = try test.folder.write(jpeg, to: "named.png")
    let style = try library.add(Path(file), as: StyleName(sanitising: "x"), isUse: false).style
    #expect(style.original.fileName == FileName("original.jpg"))
  }

  @Test func theSameBytesAreOneStyleAndOtherBytesAnotherName() throws {
    try test.add(1, as: "auvers", isUse: true)
    let again = try test.add(1, as: "starry", isUse: true)
    #expect(!again.isNew && again.style.name.text == "auvers" && again.style.record.uses == 2)
    #expect(try test.add(2, as: "auvers").style.name.text == "auvers-2")
    #expect(try test.add(3, as: "auvers").style.name.text == "auvers-3")
    #expect(test.names == ["auvers", "auvers-2", "auvers-3"])
    #expect(try test.style("auvers")?.record.lastUsed != nil)
  }

  @Test func aBadPictureDoesNotEnter() throws {
    let text = try test.folder.write(Array("no picture".utf8), to: "notes.png")
    let cut = try test.folder.write(TestLibrary.png(5).dropLast(40), to: "cut.png")
    for file in [text, cut, test.folder.path("missing.png"), test.folder.path] {
      #expect(throws: (any Error).self) { try library.add(Path(file), as: StyleName(sanitising: "bad"), isUse: true) }
    }
    #expect(test.files == [])
  }

  @Test func aLinkIsNotFollowed() throws {
    let file = try test.folder.write(TestLibrary.png(1), to: "picture.png")
    try FileManager.default.createSymbolicLink(atPath: test.folder.path("link.png"), withDestinationPath: file)
    #expect(throws: ImageError.self) {
      try library.add(Path(test.folder.path("link.png")), as: StyleName(sanitising: "x"), isUse: true)
    }
    try test.add(1, as: "auvers")
    try FileManager.default.createSymbolicLink(
      atPath: test.folder.path("styles/linked"), withDestinationPath: test.folder.path("styles/auvers"))
    #expect(test.names == ["auvers"])
    try FileManager.default.removeItem(atPath: test.folder.path("styles/auvers/original.png"))
    try FileManager.default.createSymbolicLink(
      atPath: test.folder.path("styles/auvers/original.png"), withDestinationPath: file)
    #expect(throws: StyleNotFound.self) { try library.original(of: StyleName(sanitising: "auvers")) }
    let (styles, problems) = try library.list()
    #expect(styles == [] && problems.count == 2)
  }

  @Test func renamingKeepsAllAndRemovingLeavesNothing() throws {
    try test.add(1, as: "auvers", isUse: true)
    try test.add(2, as: "starry")
    let name = StyleName(sanitising: "church")
    try library.rename(StyleName(sanitising: "auvers"), to: name)
    let renamed = try #require(try test.style("church"))
    #expect(renamed.record.uses == 1 && renamed.record.name == "church")
    #expect(throws: StyleLibraryError.self) { try library.rename(name, to: StyleName(sanitising: "starry")) }
    #expect(throws: StyleNotFound.self) { try library.remove(StyleName(sanitising: "auvers")) }
    try library.remove(name)
    #expect(test.names == ["starry"])
    #expect(!test.files.contains { $0.contains("church") || $0.contains(".removed") })
  }

  @Test func aStyleThatIsNotThereNamesThoseThatAre() throws {
    for (shade, name) in ["starry night", "auvers", "wave"].enumerated() { try test.add(UInt8(shade), as: name) }
    let error = #expect(throws: StyleNotFound.self) { try library.original(of: StyleName(sanitising: "Auver")) }
    #expect(
      error?.description == "no style called \"Auver\" is remembered; there are: auvers, wave, starry night")
    let none = StyleLibrary(Path(test.folder.path("nowhere")))
    let empty = #expect(throws: StyleNotFound.self) { try none.original(of: StyleName(sanitising: "x")) }
    #expect(empty?.description.contains("there is none yet in \(none.path)") == true)
  }

  /// An accent as one character and as two: people cannot tell them apart.
  @Test func accentsAreTypedInTwoWays() throws {
    try test.add(1, as: "caf\u{E9}")
    #expect(try library.original(of: StyleName(sanitising: "cafe\u{301}")).fileName == FileName("original.png"))
    #expect(try test.add(2, as: "cafe\u{301}").style.name.text == "cafe\u{301}-2")
  }

  /// Somebody has copied folders from two systems into the library.
  @Test("Of two styles that read alike the one of the very bytes is meant, or none") func stylesThatReadAlike() throws {
    let forms = ["\u{1ED9}", "o\u{323}\u{302}", "\u{1ECD}\u{302}"]
    for (form, shade) in zip(forms.dropFirst(), [1, 2] as [UInt8]) {
      try test.add(shade, as: "new")
      try FileSystem.rename(library.path.appending("new"), library.path.appending(form))
      let found = try library.original(of: StyleName(sanitising: form))
      #expect(found.folder.bytes == library.path.appending(form).bytes)
    }
    let error = #expect(throws: StyleLibraryError.self) { try library.original(of: StyleName(sanitising: forms[0])) }
    #expect(
      error?.description
        == "2 styles are called \(forms[0]): o%CC%A3%CC%82, %E1%BB%8D%CC%82; rename one of their folders")
  }
}

/// Somebody has been in the library, or a crash.
@Suite struct DamagedLibraryTests {
  private let test: TestLibrary
  private var library: StyleLibrary { test.library }

  init() throws {
    test = try TestLibrary()
    try test.add(1, as: "auvers", isUse: true)
    try test.add(2, as: "wave", isUse: true)
  }

  @Test(arguments: [
    "", "{", "{}", "[1]", #"{"name": "auvers", "uses": -1}"#, String(repeating: "x", count: 100_000),
    #"{"added":"2026-01-01T00:00:00.000Z","height":200,"name":"auvers","sha256":"","sizeBytes":1,"uses":3,"width":320}"#,
  ])
  func aDamagedRecordIsToldAndMadeAnew(text: String) throws {
    try test.folder.write(Array(text.utf8), to: "styles/auvers/style.json")
    let (styles, problems) = try library.list()
    #expect(styles.map(\.name.text) == ["auvers", "wave"])
    #expect(styles.map(\.record.uses) == [0, 1])
    #expect(problems.count == 1)
    #expect(problems.first?.contains("auvers/style.json") == true)
    #expect(problems.first?.hasSuffix("counted from 0 again; it was made anew from the original") == true)
    #expect(try library.list().problems == [])
    #expect(try !test.add(1, as: "again").isNew, "its digest is known again")
  }

  @Test func aMissingThumbnailIsMadeAnew() throws {
    try FileManager.default.removeItem(atPath: test.folder.path("styles/wave/thumbnail.png"))
    #expect(try library.list().problems.first?.contains("thumbnail.png is missing; it was made anew") == true)
    #expect(test.files.contains("styles/wave/thumbnail.png"))
    #expect(try test.style("wave")?.record.uses == 1)
  }

  @Test func whatCannotBeMendedIsLeftOutInWords() throws {
    try test.folder.write(Array("spoilt".utf8), to: "styles/auvers/original.png")
    try FileManager.default.createDirectory(
      atPath: test.folder.path("styles/empty"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: test.folder.path("styles/a.b"), withIntermediateDirectories: true)
    try test.folder.write([1], to: "styles/file")
    let (styles, problems) = try library.list()
    #expect(styles.map(\.name.text) == ["wave"])
    for words in [
      "styles/auvers: left out: ", "styles/empty: left out: it has no original picture (original.jpg, original.png)",
      "styles/a.b: its name cannot be a style's", "styles/file: not a style's folder",
    ] { #expect(problems.contains { $0.contains(words) }, "\(words) in \(problems)") }
    #expect(try test.add(3, as: "third").isNew)
  }

  @Test func leftoversOfCrashesAreNoStylesAndGo() throws {
    for name in [".new", ".removed"] {
      try FileManager.default.createDirectory(
        atPath: test.folder.path("styles/\(name)"), withIntermediateDirectories: true)
      try test.folder.write(TestLibrary.png(9), to: "styles/\(name)/original.png")
    }
    #expect(try library.list().problems == [] && test.names == ["auvers", "wave"])
    try test.add(3, as: "third")
    #expect(!test.files.contains { $0.contains("/.") })
  }
}
