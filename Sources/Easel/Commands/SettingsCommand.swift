import ArgumentParser
import Files
import Foundation
import Jobs
import Service

/// Shows what can be set and checks what was.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Show the settings with their defaults, check a settings file, or describe them to an editor.",
    subcommands: [Show.self, Check.self, Schema.self])

  /// The presets that may be named.
  struct PresetOptions: ParsableArguments {
    @Option(
      help: "The daemon's configuration with presets of its own, such as /etc/easel/easel.yaml.",
      completion: .settingsFiles)
    var config: Path?

    func presets() throws -> PresetList {
      try config.map { try DaemonConfiguration.readSettings(from: $0).presets } ?? .builtIn
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every setting with its value, as a settings file.",
      discussion: "Presets: \(Preset.allCases.map(\.rawValue).joined(separator: ", ")).")

    @Argument(help: "The preset to show.", completion: .presets)
    var preset = Preset.easel.rawValue

    @OptionGroup var options: PresetOptions

    func run() throws {
      let presets = try options.presets()
      guard presets.names.contains(preset) else {
        throw ValidationError("there is no preset '\(preset)'; there are: \(presets.names.joined(separator: ", "))")
      }
      print(try Settings(validating: SettingsDocument().building(on: preset), presets: presets).yaml, terminator: "")
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check settings files; say of each that it is right, or all that is wrong.")

    @Argument(help: "The settings files.", completion: .settingsFiles)
    var files: [Path]

    @OptionGroup var options: PresetOptions

    func run() throws {
      let presets = try options.presets()
      var failed = false
      for file in files {
        do {
          let bytes = try OpenFile(file, O_RDONLY | O_NONBLOCK).contents(limitBytes: SettingsDocument.sizeLimitBytes)
          _ = try Settings(validating: SettingsDocument(parsing: bytes, source: "\(file)"), presets: presets)
          print("\(file): right")
        } catch {
          failed = true
          let unreadable = (error as? FileError).map { "\(file): cannot be read: \($0.reason)" }
          StandardError.print(unreadable ?? "\(error)")
        }
      }
      if failed { throw ExitCode.failure }
    }
  }
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a JSON Schema of settings files, for editors.",
      discussion: """
        Keep it as a file, and name that in the first line of a settings file: \
        # yaml-language-server: $schema=easel.schema.json
        """)

    @OptionGroup var options: PresetOptions

    func run() throws {
      print(try Settings.schema(presets: try options.presets()).json)
    }
  }
}
