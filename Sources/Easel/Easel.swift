import ArgumentParser
@preconcurrency import Glibc
import Images
import Jobs
import Kernels

/// The program: its commands and its version.
@main struct Easel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "easel",
    abstract: "Paints a photo in the manner of a painting (neural style transfer).",
    discussion: "Without a command it says how to begin.",
    version: versionInWords,
    subcommands: [
      Demo.self, DoctorCommand.self, Watch.self, Paint.self, StatusCommand.self, JobCommand.self, SettingsCommand.self,
      StylesCommand.self, PageCommand.self, Weights.self, Evaluate.self, CacheCommand.self, Bench.self,
      SlurmCommands.self,
      Work.self,
    ])

  static func main() async {
    atexit(sayWhatWasNotPrinted)
    await main(nil)
  }

  /// `0.1.0, commit bc77be1, avx512 (reads PNG, JPEG)`
  private static var versionInWords: String {
    let set = (try? InstructionSet.chosen()) ?? InstructionSet.available.last ?? .portable
    let parts = [Version.current, Version.commit.map { "commit \($0)" }, set.rawValue].compactMap(\.self)
    return "\(parts.joined(separator: ", ")) (reads \(ImageFormat.readable))"
  }

  func run() {
    print(
      """
      Easel paints a photo in the manner of a painting.

        easel demo                     paints a sample picture, in some seconds
        easel paint PHOTO PAINTING     paints your own; the result is a folder beside you
        easel watch                    paints what is dropped into ./inbox, results go to ./outbox
        easel doctor                   looks whether everything is as it should be
        easel --help                   lists all commands; easel help paint: the options of one
      """)
  }
}

extension ParsableCommand {
  /// For commands that paint or evaluate: says at once what would end the program later.
  func checkInstructionSet() throws {
    do { _ = try InstructionSet.chosen() } catch { throw ValidationError("\(error)") }
  }
}

/// At the end: a full disk must not look as if all had been written.
private func sayWhatWasNotPrinted() {
  errno = 0
  guard fflush(stdout) != 0 || ferror(stdout) != 0 else { return }
  let reason = errno == 0 ? "" : ": \(String(cString: strerror(errno)))"
  fputs("Error: not all that was to be printed could be written\(reason)\n", stderr)
  _exit(EXIT_FAILURE)
}
