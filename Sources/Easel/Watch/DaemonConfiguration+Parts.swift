import Foundation
import Images
import Inbox
import Jobs

extension DaemonConfiguration {
  /// Each worker's share of the threads; nil leaves the choice to the only worker.
  var threadsPerWorker: Int? {
    guard settings.threads != nil || settings.workers > 1 else { return nil }
    let threads = settings.threads ?? ProcessInfo.processInfo.activeProcessorCount
    return max(1, threads / settings.workers)
  }
}

extension InboxConfiguration {
  init(_ configuration: DaemonConfiguration, doorbell: String? = nil) {
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
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension PairedJob.State {
  /// Whether only something new in the inbox can bring the job on.
  var isWaiting: Bool {
    if case .waiting = self { true } else { false }
  }
}
