internal import Foundation
internal import Mustache

/// What `report.html` shows of a finished painting. Texts are anybody's; the template escapes them.
package struct ReportPage {
  package struct Input {
    package var role: String
    package var file: String
    /// Of the file as it was dropped, where it lies beside the page.
    package var link: String?
    /// The picture as a data URL.
    package var source: String
    package var width: Int
    package var height: Int
    package var notes: [String]

    package init(
      role: String, file: String, link: String?, source: String, width: Int, height: Int, notes: [String]
    ) {
      (self.role, self.file, self.link, self.source) = (role, file, link.map(ReportPage.url), source)
      (self.width, self.height, self.notes) = (width, height, notes)
    }
  }

  /// A picture beside the page.
  package struct File {
    package var file: String
    package var link: String

    package init(_ name: String) { (file, link) = (name, ReportPage.url(name)) }
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

  package struct Fact {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// A part of the loss, in words.
  package struct Loss {
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
  package var resultFile: String
  package var inputs: [Input] = []
  package var animation: File?
  package var curve: LossCurve?
  package var curveWords = ""
  package var losses: [Loss] = []
  package var facts: [Fact] = []
  package var settings: [Fact] = []

  package init(name: String, version: String, summary: String, resultFile: String) {
    (self.name, self.version, self.summary, self.resultFile) = (name, version, summary, resultFile)
  }

  /// The page, whole.
  package var html: String {
    Template.report.render(context)
  }

  private var context: [String: Any] {
    var context: [String: Any] = [
      "name": name, "version": version, "summary": summary, "resultFile": resultFile,
      "resultLink": Self.url(resultFile), "inputs": inputs, "losses": losses, "facts": facts, "settings": settings,
      "style": String(decoding: PackageResources.page_css, as: UTF8.self), "curveWords": curveWords,
    ]
    context["reused"] = reused
    context["photo"] = photo
    context["animation"] = animation
    if let curve {
      context["curve"] =
        [
          "svg": curve.svg,
          "series": curve.legend.map { ["name": $0.name, "colour": $0.colour] as [String: Any] },
        ] as [String: Any]
    }
    return context
  }

  /// A relative path as the address of a file beside the page: also names with `#`, `?`, `%` or a colon.
  static func url(_ path: String) -> String {
    path.utf8.map { byte in
      let isPlain =
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~/".utf8.contains(byte)
        }
      return isPlain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
    }.joined()
  }
}
