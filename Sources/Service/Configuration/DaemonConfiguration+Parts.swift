import Files
import Images
import Inbox
import Jobs
import Kernels
import StyleLibrary

extension DaemonConfiguration {
  /// The share of the threads of the worker in a slot, counted from 0; nil leaves the choice to the only worker. Where they
  /// do not divide evenly, the first ones get one more.
  func threads(ofWorkerIn slot: Int) -> Int? {
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
    self.init(folder: configuration.inbox) { Sidecar(reading: $1, of: $0) }
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

extension Duration {
  var seconds: Double { self / .seconds(1) }
}
