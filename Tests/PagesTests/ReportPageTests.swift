import Pages
import Testing

struct ReportPageTests {
  private func page(name: String, file: String = "cat.jpg", link: String? = nil) -> String {
    var page = ReportPage(name: name, version: "1.0.0", summary: "done <b>", result: .init("\(name).png"))
    page.inputs = [
      ReportPage.Input(
        role: "content", file: file, link: link.map { Address.of($0) }, source: "data:image/jpeg;base64,AA==", width: 3,
        height: 2,
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

  /// One way to make a page of a report, whether it is on the disk already or about to be.
  @Test func aReportIsToldFromItsJSON() throws {
    let report = try #require(
      PaintedReport(
        json: Array(
          """
          {"name": "cat", "width": 64, "height": 48, "writtenLoss": 2, "evaluations": 30, "stopReason": "all iterations done",
           "losses": [{"kind": "style", "layer": "block1_conv1", "loss": 1.5}, {"kind": "content", "loss": 0.5}],
           "iterations": [
             {"size": 32, "evaluations": 10, "loss": 9, "losses": [{"kind": "style", "layer": "block1_conv1", "loss": 9}]},
             {"size": 64, "evaluations": 30, "loss": 2, "losses": [{"kind": "style", "layer": "block1_conv1", "loss": 1.5}]}],
           "style": "auvers", "reused": {"kind": "search", "key": "ab", "evaluations": 20}}
          """.utf8)))
    #expect(report.summary == "64×48 pixels, loss 2.000 after 30 evaluations; all iterations done.")
    #expect(report.reused == "Not all of it was painted now: went on from 20 evaluations of an earlier run.")
    #expect(report.lossRows.map(\.share) == ["75.0 %", "25.0 %"] && report.lossRows[0].first == "9.000")
    #expect(report.curveWords.contains("another size begins") && report.curve?.svg.contains(">64 px</text>") == true)
    #expect(report.styles == ["auvers"] && report.facts.map(\.name).contains("remembered style"))
    #expect(PaintedReport(json: Array("{".utf8)) == nil && PaintedReport(json: Array("[1]".utf8)) == nil)
    // As that of a contact sheet.
    let sheet = try #require(PaintedReport(json: Array(#"{"name": "trip", "cells": []}"#.utf8)))
    #expect(sheet.summary == nil && sheet.curve == nil && sheet.lossRows.isEmpty)
  }

  @Test func everyTemplateCanBeRendered() {
    for template in Template.allCases { #expect(!template.render([String: Any]()).contains("{{"), "\(template)") }
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
