/// A settings file as the inbox has read it, once for all.
package enum Sidecar: Hashable, Sendable {
  case valid(Settings)
  /// The settings cannot be used; the job fails with this reason.
  case invalid(reason: String)

  /// - Parameters:
  ///   - name: what errors call the file.
  ///   - presets: that it may name.
  ///   - preset: the one that it builds on if it names none.
  package init(reading bytes: [UInt8], of name: String, presets: PresetList = .builtIn, preset: String? = nil) {
    do {
      var document = try SettingsDocument(parsing: bytes, source: name)
      if let preset { document = document.building(on: preset) }
      self = .valid(try Settings(validating: document, presets: presets))
    } catch {
      self = .invalid(reason: "\(error)")
    }
  }
}

extension SettingsDocument {
  /// These settings on that preset, if they name none themselves.
  package func building(on preset: String) -> SettingsDocument {
    guard self[Preset.key] == nil else { return self }
    let place = Place(source: .file("the folder \(preset)"))
    let entry = Entry(key: Preset.key, place: place, value: Value(content: .quoted(preset), place: place))
    return SettingsDocument(entries: [entry] + entries)
  }
}
