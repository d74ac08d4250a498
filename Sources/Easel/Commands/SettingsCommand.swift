import ArgumentParser
import Files
import Foundation
import Jobs

/// Shows what can be set and checks what was.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Show the settings with their defaults, or check a settings file.",
    subcommands: [Show.self, Check.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every setting with its value, as a settings file.",
      discussion: "Presets: \(Preset.allCases.map(\.rawValue).joined(separator: ", ")).")

    @Argument(help: "The preset to show.")
    var preset = Preset.lessonTransfer

    func run() throws {
      print(try Settings(validating: preset.document).yaml, terminator: "")
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check settings files; say of each that it is right, or all that is wrong.")

    @Argument(help: "The settings files.", completion: .file(extensions: ["yaml", "yml", "json"]))
    var files: [Path]

    func run() throws {
      var failed = false
      for file in files {
        do {
          let bytes = try OpenFile(file, O_RDONLY | O_NONBLOCK).contents(limitBytes: SettingsDocument.sizeLimitBytes)
          _ = try Settings(validating: SettingsDocument(parsing: bytes, source: "\(file)"))
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
}

extension Preset: ExpressibleByArgument {}
