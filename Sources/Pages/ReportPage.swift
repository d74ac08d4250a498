internal import Foundation

/// What `report.html` shows of a finished painting, and the live page too. Texts are anybody's; the templates escape them.
package struct ReportPage {
  package struct Input {
    package var role: String
    package var file: String
    /// Of the file as it was dropped, where it can be had.
    package var link: String?
    /// The picture's address, or the picture as a data URL.
    package var source: String
    package var width: Int
    package var height: Int
    package var notes: [String]

    /// - Parameter link: an address.
    package init(
      role: String, file: String, link: String?, source: String, width: Int, height: Int, notes: [String]
    ) {
      (self.role, self.file, self.link, self.source) = (role, file, link, source)
      (self.width, self.height, self.notes) = (width, height, notes)
    }
  }

  /// A picture beside the page.
  package struct File {
    package var file: String
    package var address: String

    package init(_ name: String) { self.init(name, address: Address.of(name)) }

    package init(_ name: String, address: String) { (file, self.address) = (name, address) }
  }

  /// The photo, to be compared with the result, which has its shape.
  package struct Photo {
    package var source: String
    package var width: Int
    package var height: Int

    package init(source: String, width: Int, height: Int) {
      (self.source, self.width, self.height) = (source, width, height)
    }
  }

  package struct Fact: Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// A part of the loss, in words.
  package struct Loss: Sendable {
    package var kind: String
    package var layer: String
    package var first: String
    package var last: String
    package var share: String

    package init(kind: String, layer: String, first: String, last: String, share: String) {
      (self.kind, self.layer, self.first, self.last, self.share) = (kind, layer, first, last, share)
    }
  }

  package var name: String
  package var version: String
  package var summary: String
  package var reused: String?
  package var photo: Photo?
  package var result: File
  package var inputs: [Input] = []
  package var animation: File?
  package var curve: LossCurve?
  package var curveWords = ""
  package var losses: [Loss] = []
  package var facts: [Fact] = []
  package var settings: [Fact] = []

  package init(name: String, version: String, summary: String, result: File) {
    (self.name, self.version, self.summary, self.result) = (name, version, summary, result)
  }

  /// Takes over what the report tells.
  package mutating func tell(_ report: PaintedReport) {
    (summary, reused) = (report.summary ?? summary, report.reused)
    (curve, curveWords) = (report.curve, report.curveWords)
    (losses, facts) = (report.lossRows, report.facts)
  }

  /// The page, whole and by itself, to be opened from disk.
  package var html: String {
    var view = view
    view["isStandalone"] = true
    view["style"] = String(decoding: PageFile.styleSheet, as: UTF8.self)
    return Template.report.render(view)
  }

  /// Its values by the names that templates call them.
  package var view: [String: Any] {
    var view: [String: Any] = [
      "name": name, "version": version, "summary": summary, "resultFile": result.file, "resultLink": result.address,
      "inputs": inputs, "losses": losses, "facts": facts, "settings": settings, "curveWords": curveWords,
      "hasLosses": !losses.isEmpty, "hasFacts": !facts.isEmpty, "hasSettings": !settings.isEmpty, "isStandalone": false,
    ]
    view["reused"] = reused
    view["photo"] = photo
    view["animation"] = animation
    if let curve {
      view["curve"] =
        [
          "svg": curve.svg,
          "series": curve.legend.map { ["name": $0.name, "colour": $0.colour] as [String: Any] },
        ] as [String: Any]
    }
    return view
  }
}
