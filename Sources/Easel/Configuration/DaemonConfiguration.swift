import Foundation
import Jobs

/// All that a daemon is started with.
package struct DaemonConfiguration: Sendable {
  /// Absolute paths.
  package var inbox: String
  package var outbox: String
  package var cache: String
  package var settings = DaemonSettings()
  /// The program to run for each job, as `PROGRAM work JOBDIR --cache DIR [--threads N]`: this one.
  package var workerProgram = Self.ownProgram
  /// How long a worker may take to write its checkpoint when the daemon stops.
  package var workerStopTime: Duration = .seconds(8)
  /// End when the inbox holds nothing more to do.
  package var once = false

  package init(inbox: String, outbox: String, cache: String) {
    self.inbox = Self.absolute(inbox)
    self.outbox = Self.absolute(outbox)
    self.cache = Self.absolute(cache)
  }

  /// Reads the settings from a file.
  package mutating func readSettings(from file: String) throws {
    guard let contents = FileManager.default.contents(atPath: file) else {
      throw DaemonConfigurationError("\(file): the configuration file cannot be read; does it exist?")
    }
    settings = try DaemonSettings(validating: SettingsDocument(parsing: contents, source: file))
  }

  /// - Throws: when one of the folders lies in another: results would be taken as inputs, or swept away with the cache.
  package func checkFolders() throws {
    let folders = [("inbox", inbox), ("outbox", outbox), ("cache", cache)]
    for (name, path) in folders {
      for (other, otherPath) in folders where other != name && (path + "/").hasPrefix(otherPath + "/") {
        throw DaemonConfigurationError(
          "the \(name) \(path) lies in the \(other) \(otherPath); choose folders that do not contain each other")
      }
    }
  }

  private static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static var ownProgram: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}

package struct DaemonConfigurationError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
