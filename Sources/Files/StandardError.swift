internal import Foundation

/// What is said to people beside a command's results.
package enum StandardError {
  package static func print(_ text: String, terminator: String = "\n") {
    FileHandle.standardError.write(Data((text + terminator).utf8))
  }
}
