internal import Networks

/// One key of a settings file: how it is read and written, and whether the picture depends on it.
struct SettingRow: Sendable {
  let key: Settings.CodingKeys
  /// Leaves the default where the key was not written, or its value is no good.
  let read: @Sendable (inout Settings, inout SettingsReader) -> Void
  /// Nil for what is not written, as a picture that is not named.
  let write: @Sendable (Settings) -> SettingsDocument.Content?
  /// Takes the value of other settings.
  let take: @Sendable (inout Settings, Settings) -> Void
  let changesPicture: Bool
  /// What a JSON Schema says of its values.
  let schema: JSONValue?

  /// - Parameters:
  ///   - schema: by `SettingSchema`; a test finds the rows that have none.
  ///   - read: also given the settings that were read before it; nil where there is nothing good to read.
  init<Value>(
    _ key: Settings.CodingKeys, _ path: WritableKeyPath<Settings, Value> & Sendable, changesPicture: Bool = true,
    schema: JSONValue? = nil,
    read: @escaping @Sendable (inout SettingsReader, Settings) -> Value?,
    write: @escaping @Sendable (Value) -> SettingsDocument.Content?
  ) {
    self.key = key
    self.read = { settings, reader in if let value = read(&reader, settings) { settings[keyPath: path] = value } }
    self.write = { write($0[keyPath: path]) }
    take = { $0[keyPath: path] = $1[keyPath: path] }
    self.changesPicture = changesPicture
    self.schema = schema
  }
}

// The common kinds.
extension SettingRow {
  static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ key: Settings.CodingKeys, _ path: WritableKeyPath<Settings, Choice> & Sendable, changesPicture: Bool = true
  ) -> SettingRow {
    SettingRow(key, path, changesPicture: changesPicture, schema: SettingSchema.words(Choice.self)) { reader, _ in
      reader.choice(key, of: Choice.self)
    } write: {
      .plain($0.rawValue)
    }
  }

  static func integer(
    _ key: Settings.CodingKeys, _ path: WritableKeyPath<Settings, Int> & Sendable, _ range: ClosedRange<Int>,
    changesPicture: Bool = true
  ) -> SettingRow {
    SettingRow(key, path, changesPicture: changesPicture, schema: SettingSchema.integer(range)) { reader, _ in
      reader.integer(key, in: range)
    } write: {
      .plain("\($0)")
    }
  }

  /// nil is `none`.
  static func integer(
    _ key: Settings.CodingKeys, _ path: WritableKeyPath<Settings, Int?> & Sendable, orNone range: ClosedRange<Int>
  ) -> SettingRow {
    SettingRow(
      key, path, schema: SettingSchema.either(SettingSchema.integer(range), SettingSchema.words(["none"]))
    ) { reader, _ in
      reader.limit(key, unless: "none", allowed: "\(range.inWords), or none") { $0.integer(in: range) }
    } write: {
      .plain($0.map(String.init) ?? "none")
    }
  }

  static func number(
    _ key: Settings.CodingKeys, _ path: WritableKeyPath<Settings, Double> & Sendable, _ range: ClosedRange<Double>
  ) -> SettingRow {
    SettingRow(key, path, schema: SettingSchema.number(range)) { reader, _ in
      reader.number(key, in: range)
    } write: {
      .plain($0.written)
    }
  }

  static func flag(
    _ key: Settings.CodingKeys, _ path: WritableKeyPath<Settings, Bool> & Sendable, changesPicture: Bool = true
  ) -> SettingRow {
    SettingRow(key, path, changesPicture: changesPicture, schema: SettingSchema.flag) { reader, _ in
      reader.flag(key)
    } write: {
      .plain("\($0)")
    }
  }

  static func layers(
    _ key: Settings.CodingKeys, _ path: WritableKeyPath<Settings, [Settings.WeightedLayer]> & Sendable
  ) -> SettingRow {
    SettingRow(key, path, schema: SettingSchema.layers) { reader, settings in
      reader.layers(key, of: settings.network)
    } write: {
      .mapping($0)
    }
  }
}
