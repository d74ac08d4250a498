import Pages
import Testing

struct ReportPageTests {
  private func page(name: String, file: String = "cat.jpg", link: String? = nil) -> String {
    var page = ReportPage(name: name, version: "1.0.0", summary: "done <b>", resultFile: "\(name).png")
    page.inputs = [
      ReportPage.Input(
        role: "content", file: file, link: link, source: "data:image/jpeg;base64,AA==", width: 3, height: 2,
        notes: ["turned"])
    ]
    page.settings = [ReportPage.Fact("style", file)]
    return page.html
  }

  @Test func whatFilesAreCalledIsNeverMarkup() {
    let html = page(name: "<img src=x onerror=alert(1)>", file: "</code><script>alert(1)</script>")
    #expect(!html.contains("<img src=x") && !html.contains("<script"))
    #expect(html.contains("<h1>&lt;img src=x onerror=alert(1)&gt;</h1>"))
    #expect(html.contains("<code>&lt;/code&gt;&lt;script&gt;alert(1)&lt;/script&gt;</code>"))
    #expect(html.contains("src=\"%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E.png\""))
    #expect(html.contains("<p>done &lt;b&gt;</p>"))
  }

  /// To Swift a quotation mark with an accent is one character, which no list of five has.
  @Test func anAccentDoesNotHideAQuotationMark() {
    let html = page(name: "cat", file: "x\"\u{301} onerror=alert(1) \"\u{301}.png")
    #expect(html.contains("x&quot;\u{301} onerror=alert(1) &quot;\u{301}.png"))
  }

  @Test func addressesOfFilesAreEscapedByBytes() {
    let html = page(name: "a#b?c%d é", link: "inputs/javascript:alert(1).jpg")
    #expect(html.contains("src=\"a%23b%3Fc%25d%20%C3%A9.png\""))
    #expect(html.contains("href=\"inputs/javascript%3Aalert%281%29.jpg\""))
  }

  @Test func whatIsMissingIsLeftOut() {
    let html = page(name: "cat")
    #expect(!html.contains("class=\"compare\"") && html.contains("class=\"result\""))
    #expect(!html.contains("Loss by layer") && !html.contains("class=\"note\""))
    #expect(html.contains("<figcaption>content: cat.jpg, 3×2; turned</figcaption>"))
    #expect(!html.contains("{{") && html.hasSuffix("</html>\n"))
  }

  @Test func thePageNeedsNothingFromElsewhere() {
    #expect(!page(name: "cat").contains("http"))
  }

  @Test func theCurveHasALineForEachPartOnALogarithmicScale() throws {
    let curve = try #require(
      LossCurve(
        [
          .init(name: "all", points: [(0, 1000), (10, 100), (20, 10)]), .init(name: "a < b", points: [(20, 1)]),
          .init(name: "none", points: [(10, 0), (20, .nan)]),
        ], sizes: [(10, 256)]))
    #expect(curve.legend.map(\.name) == ["all", "a < b"] && curve.legend.map(\.colour) == ["c0", "c1"])
    // Equal factors are equal distances: from 1000 at the top to 1 at the bottom.
    #expect(curve.svg.contains("points=\"64.0,16.0 386.0,106.0 708.0,196.0\""), "\(curve.svg)")
    #expect(curve.svg.contains("<circle class=\"c1\" r=\"3\" cx=\"708.0\" cy=\"286.0\"/>"))
    #expect(curve.svg.contains(">256 px</text>") && !curve.svg.contains("a < b"))
  }

  @Test func nothingToDrawIsNoCurve() {
    #expect(LossCurve([]) == nil && LossCurve([.init(name: "all", points: [(0, 0), (1, .infinity)])]) == nil)
  }
}
