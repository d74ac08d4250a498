import Files
import Foundation
import Jobs

/// All that a daemon is started with.
package struct DaemonConfiguration: Sendable {
  /// Absolute paths.
  package var inbox: String
  package var outbox: String
  package var cache: String
  package var styles: String
  package var settings = DaemonSettings()
  /// Where the settings were read from.
  package var settingsFile: String?
  /// The program to run for each job, as `PROGRAM work JOBDIR --styles DIR --cache DIR [--threads N]`: this one.
  package var workerProgram = Self.ownProgram
  /// End when the inbox holds nothing more to do.
  package var once = false

  /// - Parameter styles: beside the cache where none is named.
  package init(inbox: String, outbox: String, cache: String, styles: String? = nil) {
    self.inbox = Self.absolute(inbox)
    self.outbox = Self.absolute(outbox)
    self.cache = Self.absolute(cache)
    self.styles = Self.absolute(styles ?? cache + "/../styles")
  }

  /// Where the settings name no folders, those of the command line count, and then `inbox`, `outbox`, `cache` and `styles` here.
  ///
  /// - Parameter file: the settings' file, or nil for the defaults.
  package init(
    inbox: String? = nil, outbox: String? = nil, cache: String? = nil, styles: String? = nil, settingsFile file: String?
  ) throws {
    let settings = try file.map(Self.readSettings) ?? DaemonSettings()
    self.init(
      inbox: inbox ?? settings.inbox ?? "inbox", outbox: outbox ?? settings.outbox ?? "outbox",
      cache: cache ?? settings.cache ?? "cache", styles: styles ?? settings.styles ?? "styles")
    self.settings = settings
    settingsFile = file
  }

  /// Reads the settings from a file, which only its owner and group may be able to write.
  package static func readSettings(from file: String) throws -> DaemonSettings {
    let contents: [UInt8]
    do {
      let opened = try OpenFile(Path(file), O_RDONLY | O_NONBLOCK)
      if FileStatus(descriptor: opened.descriptor)?.isWorldWritable == true {
        throw DaemonConfigurationError(
          "\(file): anybody on this machine may write the configuration file; take that away with: chmod o-w \(file)")
      }
      contents = try opened.contents(limitBytes: SettingsDocument.sizeLimitBytes)
    } catch let error as FileError {
      throw DaemonConfigurationError("\(error): the configuration file cannot be read; does it exist?")
    }
    return try DaemonSettings(validating: SettingsDocument(parsing: contents, source: file))
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
