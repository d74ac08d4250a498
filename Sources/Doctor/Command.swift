internal import Files
internal import Subprocess

/// A program that is run to ask it something.
struct Command {
  var program: Path
  var arguments: [String] = []
  var input: [UInt8] = []

  private static let mostOutputBytes = 1 << 20

  /// What it has printed; nil where it could not be run or has failed.
  func output() async -> [UInt8]? {
    let executable: Executable =
      program.isAbsolute ? .path(program.withCString { .init(platformString: $0) }) : .name(program.text)
    let ended = try? await Subprocess.run(
      executable, arguments: Arguments(arguments), input: .array(input), output: .bytes(limit: Self.mostOutputBytes),
      error: .discarded)
    guard let ended, ended.terminationStatus.isSuccess else { return nil }
    return ended.standardOutput
  }
}
