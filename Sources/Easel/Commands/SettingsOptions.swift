import ArgumentParser
import Files
import Jobs

/// Where a command's settings come from: a file, and single ones laid over it.
struct SettingsOptions: ParsableArguments {
  @Option(help: "A settings file.", completion: .settingsFiles)
  var settings: Path?

  @Option(
    name: .customLong("set"), parsing: .singleValue, help: "KEY=VALUE, laid over the settings file; may be repeated.",
    completion: .settings)
  var overrides: [String] = []

  /// - Throws: `SettingsError` with all that is wrong, `FileError` when the file cannot be read.
  ///
  /// - Parameter further: as `overrides`, behind them.
  func resolved(_ further: [String] = []) throws -> Settings {
    var document = SettingsDocument()
    if let settings {
      guard let bytes = try FileSystem.contents(settings) else { throw FileError("open", settings, code: 2) }
      document = try SettingsDocument(parsing: bytes, source: "\(settings)")
    }
    for option in overrides + further { document = try document.setting(option) }
    return try Settings(validating: document)
  }
}
