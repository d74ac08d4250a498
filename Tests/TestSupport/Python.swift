internal import Foundation

/// A Python with pillow, h5py, numpy and safetensors: the foreign reader and writer of our formats.
package enum Python {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// Runs a file as `run` does a text; it may import the files beside it.
  @discardableResult
  package static func run(file: String, _ arguments: String...) throws -> String {
    try run([file] + arguments)
  }

  @discardableResult
  package static func run(file: String, arguments: [String]) throws -> String { try run([file] + arguments) }

  /// Runs `script` with `arguments` as sys.argv[1...] and returns what it prints. Throws when it exits with an error.
  @discardableResult
  package static func run(_ script: String, _ arguments: String...) throws -> String {
    try run(["-c", script] + arguments)
  }

  private static func run(_ arguments: [String]) throws -> String {
    guard let interpreter = ProcessInfo.processInfo.environment["EASEL_PYTHON"] else {
      throw Failure(description: "EASEL_PYTHON is not set: run the tests with `make test`, which prepares a Python")
    }
    let process = Process()
    process.executableURL = URL(filePath: interpreter)
    process.arguments = ["-B"] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: "python: \(text)") }
    return text
  }
}
