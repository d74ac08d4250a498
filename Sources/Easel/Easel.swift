import ArgumentParser
import Images
import Jobs
import Kernels

/// The program: its commands and its version.
@main struct Easel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "easel",
    abstract: "Paints a photo in the manner of a painting (neural style transfer).",
    version: "\(Version.current) (reads \(ImageFormat.readable))",
    subcommands: [
      Watch.self, Paint.self, StatusCommand.self, JobCommand.self, SettingsCommand.self, StylesCommand.self,
      PageCommand.self, Weights.self, Evaluate.self, CacheCommand.self, Bench.self, SlurmCommands.self, Work.self,
    ])
}

extension ParsableCommand {
  /// For commands that paint or evaluate: says at once what would end the program later.
  func checkInstructionSet() throws {
    do { _ = try InstructionSet.chosen() } catch { throw ValidationError("\(error)") }
  }
}

extension CompletionKind {
  static var pictures: CompletionKind { .file(extensions: FileRole.pictureExtensions.sorted()) }
}
