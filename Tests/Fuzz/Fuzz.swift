import ArgumentParser
import Foundation
import Fuzzing

/// Tries the readers of strangers' files with damaged ones; built with a sanitizer by `make fuzz`.
@main struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read damaged pictures, settings, cache entries and weights, and look for crashes.")

  @Option(help: "Inputs for each reader.") var count = 100_000
  @Option(help: "The first input's number.") var first = 0
  @Option(help: "This reader only.") var target: String?
  @Option(help: "A folder of pictures to damage.") var pictures: String?
  @Option(help: "The file that names the input being read, for after a crash.") var state = "fuzz.last"
  @Option(help: "Write the input with the number --first into this file instead of reading it.") var save: String?

  func run() throws {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "easel-fuzz-\(getpid())").path
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    for reader in try FuzzTarget.all(pictures: Pictures.small(in: pictures), scratch: scratch, alone: true)
    where target == nil || reader.name == target {
      if let save {
        try Data(reader.input(first)).write(to: URL(filePath: save))
      } else {
        try fuzz(reader)
      }
    }
  }

  private func fuzz(_ reader: FuzzTarget) throws {
    let descriptor = open(state, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    var taken = 0
    var slowest = (seconds: 0.0, number: 0)
    for number in first..<first + count {
      let line = "\(reader.name) \(number)\n                "
      pwrite(descriptor, line, line.utf8.count, 0)
      let start = clock()
      if reader.run(number) { taken += 1 }
      let seconds = Double(clock() - start) / 1_000_000  // what POSIX says
      if seconds > slowest.seconds { slowest = (seconds, number) }
    }
    let slow = String(format: "%.3f s for number %d", slowest.seconds, slowest.number)
    print(
      "fuzz: \(reader.name): \(count) inputs, \(taken) taken, \(count - taken) refused, none crashed; slowest \(slow)")
    if slowest.seconds > 10 { throw ExitCode.failure }
  }
}
