import Files
import Images
import Inbox
import Jobs
import Kernels
import StyleLibrary

extension DaemonConfiguration {
  /// The threads of the worker in a slot, counted from 0: in a cluster those that the job asks for.
  func threads(ofWorkerIn slot: Int) -> Int? { settings.slurm?.cpus ?? localThreads(ofWorkerIn: slot) }

  /// The share of the threads of the worker in a slot on this machine; nil leaves the choice to the only worker. Where they do not
  /// divide evenly, the first ones get one more.
  func localThreads(ofWorkerIn slot: Int) -> Int? {
    guard settings.threads != nil || settings.workers > 1 else { return nil }
    let (each, rest) = (settings.threads ?? UsableProcessors.count).quotientAndRemainder(dividingBy: settings.workers)
    return max(1, each + (slot < rest ? 1 : 0))
  }

  package var styleLibrary: StyleLibrary { StyleLibrary(styles) }

  var metricsFile: Path { settings.metricsFile ?? outbox.appending(".jobs/easel.prom") }
}

extension InboxConfiguration {
  package init(_ configuration: DaemonConfiguration, doorbell: Path? = nil) {
    let settings = configuration.settings
    let presets = settings.presets
    self.init(folder: configuration.inbox) { Sidecar(reading: $1, of: $0, presets: presets) }
    if settings.hasPresetFolders { presetFolders = Self.folders(of: presets) }
    self.doorbell = doorbell
    settle = settings.settle
    sidecarGrace = settings.sidecarGrace
    rescanInterval = settings.rescanInterval
    polling = Polling(rawValue: settings.polling.rawValue) ?? .auto
    pollingInterval = settings.pollingInterval
    retryInterval = settings.pollingInterval
    largestFileBytes = Int64(ImageLimits().maximumBytes)
  }
}

extension InboxConfiguration {
  /// By the presets' names, which are those of the folders.
  private static func folders(of presets: PresetList) -> [FileName: PresetFolder] {
    let folders = presets.names.compactMap { name -> (FileName, PresetFolder)? in
      // What is in the list was checked when it was made.
      guard let defaults = try? Settings(validating: SettingsDocument().building(on: name), presets: presets) else {
        return nil
      }
      let folder = PresetFolder(defaults: defaults) { Sidecar(reading: $1, of: $0, presets: presets, preset: name) }
      return (FileName(name), folder)
    }
    return Dictionary(uniqueKeysWithValues: folders)
  }
}

extension Duration {
  var seconds: Double { self / .seconds(1) }
}
