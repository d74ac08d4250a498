/// What is around each live page.
package struct FrameView: Sendable {
  package enum Place: String, CaseIterable, Sendable {
    case now = "/"
    case results = "/results"
    case styles = "/styles"
    case state = "/state"
    case new = "/new"

    fileprivate var name: String {
      switch self {
      case .now: "Now"
      case .results: "Gallery"
      case .styles: "Styles"
      case .state: "State"
      case .new: "Paint a photo"
      }
    }
  }

  package var title: String
  package var place: Place?
  /// Of what is shown, for the script.
  package var version: String
  package var easel: String
  /// Whether one has come in by a token.
  package var canLeave: Bool

  package init(title: String, place: Place?, version: String, easel: String, canLeave: Bool) {
    (self.title, self.place, self.version, self.easel, self.canLeave) = (title, place, version, easel, canLeave)
  }

  /// The page: the template with this around it.
  package func render(_ template: Template, _ view: Any) -> String {
    let places = FrameView.Place.allCases.filter { $0 != .new }.map {
      ["link": $0.rawValue, "name": $0.name, "isHere": $0 == place] as [String: Any]
    }
    return template.render(
      [
        "title": title, "version": version, "easel": easel, "canLeave": canLeave, "places": places,
        "isNew": place == .new, "view": view,
      ] as [String: Any])
  }
}

/// A key of the settings in the form.
package struct FieldView: Sendable {
  package struct Choice: Sendable {
    package var value: String
    package var words: String
    package var isChosen: Bool

    package init(value: String, words: String, isChosen: Bool) {
      (self.value, self.words, self.isChosen) = (value, words, isChosen)
    }
  }

  package struct Choices: Sendable {
    package var choices: [Choice]

    package init(_ choices: [Choice]) { self.choices = choices }
  }

  package var key: String
  package var label: String
  package var meaning: String
  package var options: Choices?
  package var isNumber = false
  package var isText = false
  package var min = ""
  package var max = ""
  package var step = ""
  package var value = ""
  package var placeholder = ""
  package var range: String?

  package init(key: String, meaning: String) {
    (self.key, self.meaning) = (key, meaning)
    label = key.replacing("_", with: " ")
  }
}

/// Keys that belong together.
package struct FieldFamily: Sendable {
  package var title: String
  package var fields: [FieldView]

  package init(title: String, fields: [FieldView]) { (self.title, self.fields) = (title, fields) }
}
