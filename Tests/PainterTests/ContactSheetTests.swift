import Files
import Foundation
import Images
import Painter
import Testing

/// Labels in letters of dots, and pictures in rows and columns.
@Suite struct ContactSheetTests {
  private func ascii(_ text: String) -> String { String(decoding: PixelFont.ascii(text), as: UTF8.self) }

  @Test(arguments: [
    ("monday.jpg", "monday.jpg"), ("café.jpg", "cafe.jpg"), ("cafe\u{301}.jpg", "cafe.jpg"), ("Weiß", "Weiss"),
    ("Ærø, Łódź", "AEro, Lodz"), ("東京.jpg", "??.jpg"), ("👨‍👩‍👧.jpg", "?.jpg"), ("a – b…", "a - b..."), ("", ""),
    ("tab\there", "tab?here"), ("안녕", "??"),
  ])
  func namesComeAsNearToASCIIAsTheyCan(name: String, label: String) {
    #expect(ascii(name) == label)
  }

  @Test func eachCharacterHasLettersOfItsOwn() {
    let letters = (UInt8(0x20)..<0x7F).map(PixelFont.rows)
    #expect(letters.allSatisfy { $0.count == PixelFont.height && $0.allSatisfy { $0 < 32 } })
    #expect(Set(letters).count == letters.count)
    #expect(PixelFont.rows(of: UInt8(ascii: "T")) == [31, 4, 4, 4, 4, 4, 4, 0, 0])
    #expect(PixelFont.rows(of: 0x7F) == PixelFont.rows(of: UInt8(ascii: "?")))
    #expect(PixelFont.rows(of: 0x1F) == PixelFont.rows(of: UInt8(ascii: "?")))
  }

  @Test func longNamesLoseTheirMiddle() {
    func shortened(_ text: String, _ count: Int) -> String {
      String(decoding: PixelFont.shortened(Array(text.utf8), to: count), as: UTF8.self)
    }
    #expect(shortened("monday.jpg", 10) == "monday.jpg")
    #expect(
      shortened("a-very-long-name-2.jpg", 12) == "a-ver...jpg" || shortened("a-very-long-name-2.jpg", 12).count == 12)
    #expect(shortened("a-very-long-name-2.jpg", 13) == "a-ver...2.jpg")
    #expect(shortened("monday.jpg", 3) == "mon" && shortened("monday.jpg", 0) == "")
  }

  @Test func reasonsAreBrokenAtSpaces() {
    func lines(_ text: String, _ count: Int) -> [String] {
      PixelFont.lines(Array(text.utf8), of: count).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(lines("not a picture", 8) == ["not a", "picture"])
    #expect(lines("inputs/style2.png is none", 10) == ["inputs/sty", "le2.png is", "none"])
    #expect(lines("", 8) == [] && lines("a b", 0) == [])
  }

  private func picture(_ width: Int, _ height: Int, _ grey: UInt8) -> RGBImage {
    RGBImage(width: width, height: height, pixels: Array(repeating: grey, count: width * height * 3))
  }

  /// How many pixels have that grey.
  private func count(_ grey: UInt8, in image: RGBImage) -> Int {
    stride(from: 0, to: image.pixels.count, by: 3).count { image.pixels[$0..<$0 + 3].allSatisfy { $0 == grey } }
  }

  @Test func boxesAreEqualAndPicturesKeepTheirProportions() {
    let sheet = ContactSheet(
      title: "trip",
      photos: [.init(label: "a.jpg", picture: picture(200, 150, 1)), .init(label: "b.jpg", picture: nil)],
      paintings: [
        .init(label: "one.jpg", picture: picture(100, 300, 2)), .init(label: "two.jpg", picture: picture(200, 150, 3)),
      ],
      cells: [
        [.picture(picture(200, 150, 4)), .picture(picture(200, 150, 5))],
        [.none("not a picture"), .picture(picture(150, 200, 6))],
      ])
    let image = sheet.render()
    #expect(image == sheet.render())
    let counts = (1...6).map { count(UInt8($0), in: image) }
    // The box is 200 x 200: the widest and the highest result.
    #expect(counts == [200 * 150, 67 * 200, 200 * 150, 200 * 150, 200 * 150, 150 * 200])
    #expect(count(240, in: image) > 200 * 200 && count(240, in: image) < 2 * 200 * 200, "two boxes with words on them")
    #expect(count(255, in: image) > image.width * image.height / 4)
    #expect(image.width == 2 * 24 + 3 * 200 + 2 * 14)
  }

  @Test func thereIsAlwaysASheet() {
    let nothing = ContactSheet(
      title: "", photos: [], paintings: [.init(label: "", picture: nil)], cells: [[.none("")]])
    #expect(nothing.render().width > 128)
    let odd = ContactSheet(
      title: String(repeating: "x", count: 300), photos: [.init(label: "東京", picture: picture(1, 1, 0))],
      paintings: [.init(label: String(repeating: "é", count: 300), picture: picture(300, 1, 0))],
      cells: [[.none(String(repeating: "long ", count: 1000))]])
    #expect(odd.render().height > 128)
  }

  @Test func manyPicturesAreSmaller() {
    #expect(ContactSheet.longSide(rows: 2, columns: 2) == 256)
    #expect(ContactSheet.longSide(rows: 100, columns: 10) < 160)
    #expect(ContactSheet.longSide(rows: 1000, columns: 1) >= 64)
  }
}
