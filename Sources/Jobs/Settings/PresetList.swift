/// The presets that a settings file may build on by `preset: NAME`: those that come with Easel, and own ones.
package struct PresetList: Sendable, Equatable {
  /// Own ones, each with its name, in the order of writing.
  private var own: [(name: String, document: SettingsDocument)] = []

  package static let builtIn = PresetList()

  package var names: [String] { Preset.allCases.map(\.rawValue) + own.map(\.name) }

  /// What the preset of that name says, with what it builds on itself; nil where there is none.
  package func document(_ name: String) -> SettingsDocument? {
    Preset(rawValue: name)?.document ?? own.first { $0.name == name }?.document
  }

  package static func == (left: PresetList, right: PresetList) -> Bool {
    left.own.map(\.name) == right.own.map(\.name) && left.own.map(\.document) == right.own.map(\.document)
  }
}

extension PresetList {
  /// Reads own presets, each a mapping of settings by its name. One may build on a preset that comes with Easel.
  ///
  /// - Parameter key: what goes before names in errors.
  /// - Throws: `SettingsError` with every name that will not do, and all that is wrong with a preset's settings.
  package init(own written: SettingsDocument.Value, key: String) throws(SettingsError) {
    var problems: [SettingsProblem] = []
    guard case .mapping(let entries) = written.content else {
      throw SettingsError(
        place: written.place, key: key,
        "found \(written.content.inWords); allowed is a mapping of names to settings, as {draft: {size: 256}}")
    }
    for entry in entries {
      if let mistake = Self.mistake(inName: entry.key) {
        problems.append(SettingsProblem(place: entry.place, key: "\(key).\(entry.key)", complaint: mistake))
      }
      do throws(SettingsError) {
        own.append((entry.key, try Self.settings(entry)))
      } catch {
        problems += error.problems.map { problem in
          var problem = problem
          problem.key = ([key, entry.key] + (problem.key.map { [$0] } ?? [])).joined(separator: ".")
          return problem
        }
      }
    }
    guard problems.isEmpty else { throw SettingsError(problems) }
  }

  /// The document of a preset, with the one that it builds on, checked as if a file said it.
  private static func settings(_ entry: SettingsDocument.Entry) throws(SettingsError) -> SettingsDocument {
    guard case .mapping(let entries) = entry.value.content else {
      throw SettingsError(
        place: entry.value.place, key: nil,
        "found \(entry.value.content.inWords); allowed is a mapping of settings, as {size: 256}")
    }
    let document = SettingsDocument(entries: entries)
    _ = try Settings(validating: document)
    var problems: [SettingsProblem] = []  // were told just now
    return Settings.withPreset(Settings.withoutOtherNames(document, &problems), .builtIn, &problems)
  }

  /// A folder of the inbox may be called like a preset.
  private static func mistake(inName name: String) -> String? {
    if Preset(rawValue: name) != nil { return "a preset of this name comes with Easel; choose another name" }
    guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_-]{0,63}/) != nil else {
      return
        "found \(SettingsDocument.Content.plain(name).inWords) as a preset's name; allowed are up to 64 letters, digits, - and _"
    }
    return nil
  }
}

extension SettingsReader {
  /// Own presets beside those that come with Easel.
  package mutating func presets(_ key: some CodingKey) -> PresetList? {
    guard let written = value(key) else { return nil }
    do throws(SettingsError) {
      return try PresetList(own: written, key: key.stringValue)
    } catch {
      for problem in error.problems { note(problem.complaint, problem.key ?? key.stringValue, at: problem.place) }
      return nil
    }
  }
}
