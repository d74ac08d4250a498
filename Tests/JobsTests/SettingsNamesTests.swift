import Testing

import Jobs

/// What `content:` and `style:` can name.
@Suite struct SettingsNamesTests {
  @Test(
    "What is no name of a picture is refused with what to write",
    arguments: [
      (
        #"C:\Users\anna\cat.jpg"#,
        #"'C:\Users\anna\cat.jpg', a path (put the picture beside the settings file, and write cat.jpg)"#
      ),
      ("C:/Users/anna/cat.jpg", "a path (put the picture beside the settings file, and write cat.jpg)"),
      (#"'\\nas\photos\cat.jpg'"#, "a path (put the picture beside the settings file, and write cat.jpg)"),
      ("trip/cat.jpg", "'trip/cat.jpg', a path (put the picture beside the settings file, and write cat.jpg)"),
      ("./cat.jpg", "a path (put the picture beside the settings file, and write cat.jpg)"),
      ("trip/", "'trip/', a path;"),
      ("file:///home/anna/cat.jpg", "a path (put the picture beside the settings file, and write cat.jpg)"),
      ("https://example.com/cat.jpg", "an address on the web (download the picture, and write its name)"),
      ("‘cat.jpg’", "with ‘ (U+2018, left single quotation mark) in column 10, where \" or no quotation mark belongs"),
      ("„cat.jpg“", "with „ (U+201E, double low-9 quotation mark) in column 10"),
      ("«cat.jpg»", "with « (U+00AB, left-pointing double angle quotation mark) in column 10"),
      ("`cat.jpg", "found ` in column 10, which begins no value; put the value in quotation marks"),
      ("cat.jpg”", "with ” (U+201D, right double quotation mark) in column 17"),
      ("cat.jpg\"", "'cat.jpg\"', which ends with \" and does not begin with it"),
      ("\u{A0}cat.jpg", "with U+00A0 (no-break space) in column 10, where an ordinary space or nothing belongs"),
      ("cat.jpg\u{200B}", "with U+200B (zero width space) in column 17, where nothing belongs"),
      ("\u{202A}cat.jpg", "with U+202A (left-to-right embedding) in column 10"),
      ("cat #1.jpg", "'cat', since what follows # is a comment (put the whole name in quotation marks: 'cat #1.jpg')"),
      ("Zoë # 1.jpg  ", "put the whole name in quotation marks: 'Zoë # 1.jpg'"),
      ("#1.jpg", "nothing (write a name, or leave this key out)"), ("~", "nothing (write"), ("", "nothing (write"),
      ("null", "nothing (write"), ("cat.mp4", "'cat.mp4', which does not end like a picture"),
      ("cat.txt", "which does not end like a picture"), ("cat.jpg.part", "which does not end like a picture"),
      ("~$cat.jpg", "a name that the inbox passes over (rename the picture)"),
      (".cat.jpg", "a name that the inbox passes over (rename the picture)"),
      ("\"a\\tb.jpg\"", "with U+0009 (tab), which a \\ in double quotes may have made; put the name in single quotes"),
      (#""C:\temp\new.jpg""#, "with U+0009 (tab), which a \\ in double quotes may have made"),
      ("\"a\\u0085b.jpg\"", "with U+0085 (control character)"),
      (String(repeating: "ä", count: 126) + ".jpg", "which has 256 bytes; a name has at most 255"),
    ])
  func whatIsNoName(written: String, says: String) {
    for key in ["content", "style"] {
      let said = complaints("size: 300\n\(key): \(written)")
      let moved =
        key == "style" ? says.replacing("column 10", with: "column 8").replacing("column 17", with: "column 15") : says
      #expect(said.hasPrefix("cat.yaml:2: ") && said.contains(moved), "\(said)")
    }
  }

  @Test(
    "More than one name is refused",
    arguments: ["cat.jpg, dog.jpg", "cat.jpg; dog.png", "cat.jpg,dog.jpg", "'a.jpg, b.jpg'"])
  func severalNames(written: String) {
    #expect(
      complaints("content: \(written)").contains(
        ", more than one name (a settings file each, or photos: all for a folder); allowed"))
    #expect(complaints("style: \(written)").contains(", more than one name (write a list: ["))
  }

  @Test("A pattern is refused") func patterns() {
    #expect(
      complaints("content: '*.jpg'").contains("'*.jpg'".dropFirst().dropLast() + "\", a pattern (photos: all takes"))
    #expect(complaints("style: '*.jpg'").contains("\", a pattern; allowed"))
  }

  @Test(
    "What files are really called is a name, without its ending too",
    arguments: [
      "holiday", "holiday.JPG", "café – 1.jpg", "cafe\u{301}.jpg", "Anna’s cat.jpg", "’Twas night.jpg",
      "“Sunset” at sea.jpg",
      "Screenshot 2024-05-01 at 3.04.05\u{202F}PM.png", "a\u{A0}b.jpg", "père « Noël ».jpg", "IMG_1234 (2).jpeg",
      "cat#1.jpg",
      "Paris, 2020.jpg", "St. Moritz", "2024.05.01", "v1.2", "no", "1999", "猫.jpg", "👨‍👩‍👧.png", "-x.jpg", "a & b.jpg",
      "cat.content",
      "what?.jpg", "50%.jpg", "C:cat.jpg", "holiday # the beach", "cat.jpg # 1.jpg", "'cat #1.jpg'",
      "\"\u{A0}cat.jpg\"", "\"“cat.jpg”\"",
    ])
  func namesOfFiles(written: String) throws {
    let name = written.hasPrefix("'") || written.hasPrefix("\"") ? String(written.dropFirst().dropLast()) : written
    let content = try settings("content: \(written)").content
    #expect(content == (name.contains(" # ") ? name.prefix { $0 != "#" }.dropLast().description : name))
    #expect(content?.utf8.count ?? 0 > 0)
  }
}
