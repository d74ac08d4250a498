package import Files
package import Jobs

/// How an inbox is watched.
package struct InboxConfiguration: Sendable {
  package enum Polling: String, CaseIterable, Sendable {
    case on, off
    /// On network file systems, which tell nothing about what other machines write, and where watching does not work.
    case auto
  }

  package var folder: Path
  /// Another folder to watch; its changes show in `InboxSnapshot.doorbell`.
  package var doorbell: Path?
  /// How long a file must stay the same after it was closed or moved in.
  package var settle: Duration = .seconds(1)
  /// The same for a file of which no event has said that it is complete, as a multiple.
  package var unannouncedFactor = 3
  /// How long a file in a folder that is called as if it were under way, as `.cat.jpg.Xa81bQ` of rsync, must stay the
  /// same before the folder is taken without it. A sender that has lost its line comes back within a minute or gives
  /// up; longer would hold folders up in which such a file was left behind for good.
  package var transferPause: Duration = .seconds(60)
  /// How long an empty settings file may stay empty before it counts.
  package var sidecarGrace: Duration = .seconds(10)
  /// A look without any event, in case one was lost.
  package var rescanInterval: Duration = .seconds(300)
  /// Larger files are left where they are: nobody paints from them, and from another file system they would be copied.
  package var largestFileBytes: Int64 = 256 << 20
  /// How soon to look again at what cannot be read or is not there.
  package var retryInterval: Duration = .seconds(5)
  package var polling = Polling.auto
  package var pollingInterval: Duration = .seconds(5)
  /// The program `easel-inotify`; nil looks for it, see `WatcherProgram`.
  package var watcherProgram: Path?
  /// How long that may be silent. After three times as long it is started again.
  package var watcherHeartbeatSeconds = 10
  /// Reads a complete settings file, given its name and what is in it.
  package var readSidecar: @Sendable (_ name: String, _ bytes: [UInt8]) -> Sidecar

  /// Folders in the inbox that are looked into as into the inbox itself, by their names.
  package var presetFolders: [FileName: PresetFolder] = [:]

  /// A folder that is called like a preset.
  package struct PresetFolder: Sendable {
    /// The settings of jobs in it that come without any.
    package var defaults: Settings
    /// As `InboxConfiguration.readSidecar`, for files in it.
    package var readSidecar: @Sendable (_ name: String, _ bytes: [UInt8]) -> Sidecar

    package init(
      defaults: Settings, readSidecar: @escaping @Sendable (_ name: String, _ bytes: [UInt8]) -> Sidecar
    ) {
      (self.defaults, self.readSidecar) = (defaults, readSidecar)
    }
  }

  package init(folder: Path, readSidecar: @escaping @Sendable (_ name: String, _ bytes: [UInt8]) -> Sidecar) {
    self.folder = folder
    self.readSidecar = readSidecar
  }
}
