import Files
import Glibc
import Jobs

/// All that a daemon is started with.
package struct DaemonConfiguration: Sendable {
  /// Absolute paths.
  package var inbox: Path
  package var outbox: Path
  package var cache: Path
  package var styles: Path
  package var settings = DaemonSettings()
  /// Where the settings were read from.
  package var settingsFile: Path?
  /// The program to run for each job, as `PROGRAM work JOBDIR --styles DIR --cache DIR [--threads N]`: this one.
  package var workerProgram = Path.ownProgram
  /// End when the inbox holds nothing more to do.
  package var once = false

  /// - Parameter styles: beside the cache where none is named.
  package init(inbox: Path, outbox: Path, cache: Path, styles: Path? = nil) {
    self.inbox = inbox.resolved
    self.outbox = outbox.resolved
    self.cache = cache.resolved
    self.styles = (styles ?? cache.appending("../styles")).resolved
  }

  /// Where the settings name no folders, those of the command line count, and then `inbox`, `outbox`, `cache` and `styles` here.
  ///
  /// - Parameter file: the settings' file, or nil for the defaults.
  /// - Throws: as `readSettings(from:)`.
  package init(
    inbox: Path? = nil, outbox: Path? = nil, cache: Path? = nil, styles: Path? = nil, settingsFile file: Path?
  ) throws {
    let settings = try file.map(Self.readSettings) ?? DaemonSettings()
    self.init(
      inbox: inbox ?? settings.inbox ?? "inbox", outbox: outbox ?? settings.outbox ?? "outbox",
      cache: cache ?? settings.cache ?? "cache", styles: styles ?? settings.styles ?? "styles")
    self.settings = settings
    settingsFile = file
  }

  /// Reads the settings from a file, which only its owner and group may be able to write.
  ///
  /// - Throws: a `DaemonConfigurationError` for a file that cannot be read or that anybody may write, a
  ///   `SettingsError` with each setting that is wrong.
  package static func readSettings(from file: Path) throws -> DaemonSettings {
    let contents: [UInt8]
    do {
      let opened = try OpenFile(file, O_RDONLY | O_NONBLOCK)
      if FileStatus(descriptor: opened.descriptor)?.isWorldWritable == true {
        throw DaemonConfigurationError(
          "\(file): anybody on this machine may write the configuration file; take that away with: chmod o-w \(file)")
      }
      contents = try opened.contents(limitBytes: SettingsDocument.sizeLimitBytes)
    } catch let error as FileError {
      throw DaemonConfigurationError("\(error): the configuration file cannot be read; does it exist?")
    }
    return try DaemonSettings(validating: SettingsDocument(parsing: contents, source: "\(file)"))
  }
}

package struct DaemonConfigurationError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
