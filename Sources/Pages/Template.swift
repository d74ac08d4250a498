internal import Mustache

/// The templates of pages, which lie in `Templates`; one may use another as `{{> name}}`.
package enum Template: String, CaseIterable, Sendable {
  // Whole pages.
  case report, now, results, result, styles, new, state, login, message
  case queuePage = "queue-page"
  // Parts of the live page that are renewed by themselves.
  case daemon, running, queue, failed, latest
  // Parts of several.
  case head, layout, comparison, inputs, figures, actions, cards

  private var bytes: [UInt8] {
    switch self {
    case .report: PackageResources.report_mustache
    case .now: PackageResources.now_mustache
    case .results: PackageResources.results_mustache
    case .result: PackageResources.result_mustache
    case .styles: PackageResources.styles_mustache
    case .new: PackageResources.new_mustache
    case .state: PackageResources.state_mustache
    case .login: PackageResources.login_mustache
    case .message: PackageResources.message_mustache
    case .queuePage: PackageResources.queue_page_mustache
    case .daemon: PackageResources.daemon_mustache
    case .running: PackageResources.running_mustache
    case .queue: PackageResources.queue_mustache
    case .failed: PackageResources.failed_mustache
    case .latest: PackageResources.latest_mustache
    case .head: PackageResources.head_mustache
    case .layout: PackageResources.layout_mustache
    case .comparison: PackageResources.comparison_mustache
    case .inputs: PackageResources.inputs_mustache
    case .figures: PackageResources.figures_mustache
    case .actions: PackageResources.actions_mustache
    case .cards: PackageResources.cards_mustache
    }
  }

  private static let library: MustacheLibrary = {
    MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
    var library = MustacheLibrary()
    for template in allCases {
      do {
        // Each has to say how its texts are escaped; a part does not take that over from the whole.
        let text = "{{% CONTENT_TYPE:\(HTMLText.name)}}\n" + String(decoding: template.bytes, as: UTF8.self)
        try library.register(text, named: template.rawValue)
      } catch {
        preconditionFailure("\(template.rawValue).mustache: \(error)")  // every test of a page would see it
      }
    }
    return library
  }()

  /// The page or part with the view's values in it. Texts are anybody's; they are escaped.
  package func render(_ view: Any) -> String {
    guard let text = Self.library.render(view, withTemplate: rawValue) else {
      preconditionFailure("\(rawValue): not there")
    }
    return text
  }
}

/// What pages are made of besides their templates.
package enum PageFile {
  package static var styleSheet: [UInt8] { PackageResources.page_css }
  package static var script: [UInt8] { PackageResources.page_js }
  package static var icon: [UInt8] { PackageResources.icon_svg }
}

/// Texts in HTML, and in its attributes in double quotes. The escapes that come with Mustache go by characters, and to Swift a
/// quotation mark with an accent on it is another character, where to a browser it ends the attribute.
struct HTMLText: MustacheContentType {
  static let name = "HTML_BY_SCALARS"

  func escapeText(_ text: String) -> String {
    guard text.utf8.contains(where: Self.isSpecial) else { return text }
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

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
    default: false
    }
  }
}
