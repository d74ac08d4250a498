import Foundation
import Jobs

/// All that a daemon is started with.
package struct DaemonConfiguration: Sendable {
  /// Absolute paths.
  package var inbox: String
  package var outbox: String
  package var cache: String
  package var settings = DaemonSettings()
  /// Where the settings were read from.
  package var settingsFile: String?
  /// The program to run for each job, as `PROGRAM work JOBDIR --cache DIR [--threads N]`: this one.
  package var workerProgram = Self.ownProgram
  /// End when the inbox holds nothing more to do.
  package var once = false

  package init(inbox: String, outbox: String, cache: String) {
    self.inbox = Self.absolute(inbox)
    self.outbox = Self.absolute(outbox)
    self.cache = Self.absolute(cache)
  }

  /// Where the settings name no folders, those of the command line count, and then `inbox`, `outbox` and `cache` here.
  ///
  /// - Parameter file: the settings' file, or nil for the defaults.
  package init(inbox: String?, outbox: String?, cache: String?, settingsFile file: String?) throws {
    let settings = try file.map(Self.readSettings) ?? DaemonSettings()
    self.init(
      inbox: inbox ?? settings.inbox ?? "inbox", outbox: outbox ?? settings.outbox ?? "outbox",
      cache: cache ?? settings.cache ?? "cache")
    self.settings = settings
    settingsFile = file
  }

  /// - Throws: when the file cannot be read, and `SettingsError` for what is wrong in it.
  package static func readSettings(from file: String) throws -> DaemonSettings {
    guard let contents = FileManager.default.contents(atPath: file) else {
      throw DaemonConfigurationError("\(file): the configuration file cannot be read; does it exist?")
    }
    return try DaemonSettings(validating: SettingsDocument(parsing: contents, source: file))
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
