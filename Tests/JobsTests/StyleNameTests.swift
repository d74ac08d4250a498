import Files
import Jobs
import Testing

@Suite struct StyleNameTests {
  @Test(arguments: ["auvers", "starry night", "1889", "été 🎨", "a_b-2", "_x"]) func aPlainNameIsOne(text: String) {
    #expect(StyleName(text)?.text == text)
  }

  @Test(arguments: [
    "", ".", "..", "a.jpg", "a/b", "../a", "/etc", "a\\b", " a", "a ", "-a", "a\nb", "a\u{0}b", "\u{202E}a",
    ".\u{301}a", "a/\u{301}b", String(repeating: "a", count: 201),
  ])
  func whatCouldLeadElsewhereIsNone(text: String) {
    #expect(StyleName(text) == nil)
    let safe = StyleName(sanitising: text)
    #expect(StyleName(safe.text) == safe)
  }

  @Test(arguments: [
    ("auvers.jpg", "auvers"), ("cat.style.png", "cat"), ("style.jpg", "folder"),
    ("van gogh v1.2.jpeg", "van gogh v1_2"),
    ("x.content.jpg", "x"), ("auvers", "auvers"), (".jpg", "_jpg"),
  ])
  func aFileGivesItsName(file: String, name: String) {
    #expect(StyleName(ofFile: FileName(file), otherwise: "folder").text == name)
  }

  @Test func numbersFitIntoTheLongestName() {
    let long = StyleName(sanitising: String(repeating: "é", count: 150))
    #expect(long.numbered(1) == long)
    #expect(long.numbered(12).text.hasSuffix("-12"))
    #expect(long.numbered(12).text.utf8.count <= JobName.longestBytes)
    #expect(StyleName(long.numbered(12).text) != nil)
    #expect(StyleName(sanitising: "a").numbered(2).text == "a-2")
  }
}
