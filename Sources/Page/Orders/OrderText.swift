internal import Files
internal import Jobs

/// What a new job is to be, by the words of its form: checked as a settings file is, before anything is written.
struct OrderText: Sendable {
  struct Problem: Sendable, Equatable {
    /// Of the settings; nil where it is none's.
    var key: String?
    var words: String

    var line: String { (key.map { "\($0): " } ?? "") + words }
  }

  /// All that is wrong, to be told at once.
  struct Wrong: Error {
    var problems: [Problem]
  }

  /// As written, or empty.
  let name: String
  /// The remembered ones that were chosen.
  let styles: [String]
  /// A folder in the outbox whose photo or painting is to be used once more.
  let again: String?
  let keepsPhoto: Bool
  let keepsPainting: Bool
  /// Preset and settings as they were written.
  private let document: SettingsDocument
  let settings: Settings
  private let presets: PresetList

  static let prefix = "set."
  static let mostFields = 300

  /// - Parameter fields: of the form; what else is among them is passed over.
  /// - Throws: `Wrong` with every mistake in the settings.
  init(_ fields: [(name: String, value: String)], presets: PresetList) throws {
    guard fields.count <= Self.mostFields else { throw Wrong(problems: [.init(words: "the form has too many fields")]) }
    var problems: [Problem] = []
    var document = SettingsDocument()
    for (key, value) in Self.settings(fields) {
      guard !value.allSatisfy(\.isWhitespace) else { continue }
      guard key == Preset.key || SettingsForm.keys.contains(key.split(separator: ".").first.map(String.init) ?? "")
      else {
        problems.append(.init(key: key, words: "this cannot be set here"))
        continue
      }
      do throws(SettingsError) { document = try document.setting("\(key)=\(value)") } catch {
        problems += error.problems.map { Problem(key: key, words: $0.complaint) }
      }
    }
    do throws(SettingsError) { settings = try Settings(validating: document, presets: presets) } catch {
      throw Wrong(problems: problems + error.problems.map { Problem(key: $0.key, words: $0.complaint) })
    }
    guard problems.isEmpty else { throw Wrong(problems: problems) }
    (self.document, self.presets) = (document, presets)
    name = (fields["name"] ?? "").trimmingSpaces
    styles = fields.filter { $0.name == "style" }.map(\.value)
    again = fields["again"].flatMap { $0.isEmpty ? nil : $0 }
    (keepsPhoto, keepsPainting) = (
      again != nil && fields["keep_photo"] != nil, again != nil && fields["keep_painting"] != nil
    )
  }

  private static func settings(_ fields: [(name: String, value: String)]) -> [(key: String, value: String)] {
    fields.compactMap { field in
      if field.name == Preset.key { return (Preset.key, field.value) }
      return field.name.hasPrefix(prefix) ? (String(field.name.dropFirst(prefix.count)), field.value) : nil
    }
  }

  /// What is missing with so many pictures, those that are kept or remembered not counted.
  func missing(photos: Int, paintings: Int) -> [Problem] {
    var problems: [Problem] = []
    if settings.task.usesContent, photos == 0, !keepsPhoto {
      problems.append(.init(words: "there is no photo; drop or choose one"))
    }
    if settings.task.usesStyle, paintings == 0, !keepsPainting, styles.isEmpty {
      problems.append(.init(words: "there is no painting; drop or choose one, or take a remembered style"))
    }
    let count = paintings + styles.count
    if count > Settings.mostStyles {
      problems.append(.init(words: "these are \(count) paintings, and a job may have \(Settings.mostStyles)"))
    }
    return problems
  }

  /// The settings file, which names the job's pictures.
  ///
  /// - Parameters: names of files in the job's folder.
  /// - Throws: `Wrong` for what is only wrong together with these.
  func yaml(photos: [String], paintings: [String]) throws -> String {
    var document = document
    do throws(SettingsError) {
      if settings.task.usesContent {
        let photo = photos.count == 1 ? "content=\(Self.quoted(photos[0]))" : "photos=all"
        document = try document.setting(photo)
      }
      let all = paintings + styles
      if settings.task.usesStyle {
        let list = all.map(Self.quoted).joined(separator: ", ")
        document = try document.setting(all.count == 1 ? "style=\(list)" : "style=[\(list)]")
      }
      _ = try Settings(validating: document, presets: presets)
    } catch {
      throw Wrong(problems: error.problems.map { Problem(key: $0.key, words: $0.complaint) })
    }
    return document.yaml
  }

  /// In YAML's single quotation marks, in which everything means itself.
  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}

extension String {
  /// Without spaces at its ends.
  var trimmingSpaces: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
