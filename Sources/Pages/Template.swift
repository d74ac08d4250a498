internal import Mustache

/// The templates of pages, which lie in `Templates`.
enum Template {
  static let report: MustacheTemplate = {
    MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
    do {
      return try MustacheTemplate(string: String(decoding: PackageResources.report_mustache, as: UTF8.self))
    } catch {
      preconditionFailure("report.mustache: \(error)")  // every test of a page would see it
    }
  }()
}

/// Texts in HTML, and in its attributes in double quotes. The escapes that come with Mustache go by characters, and to Swift a
/// quotation mark with an accent on it is another character, where to a browser it ends the attribute.
struct HTMLText: MustacheContentType {
  static let name = "HTML_BY_SCALARS"

  func escapeText(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
