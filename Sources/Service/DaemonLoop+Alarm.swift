import Foundation
import Inbox
import Spool

extension DaemonLoop {
  /// Sets the alarm for what comes next by itself.
  ///
  /// - Parameter begin: when the handling of the present event began; what fell due since then is still to be done.
  func setAlarm(_ begin: Date) {
    alarm?.cancel()
    let times = [
      pauses.nextEnd, recoverAt, scheduler.nextDue(jobs.spooled, now: begin), statusDue,
      view.pairing.nextChange.map { .now + max(.zero, $0 - InboxClock.now).seconds },
    ]
    guard let next = times.compactMap(\.self).min() else { return }
    alarm = Task { [send] in
      do {
        try await Task.sleep(for: .seconds(max(0, next.timeIntervalSinceNow) + 0.001))
        send(.alarm)
      } catch {
        // A newer alarm has taken its place.
      }
    }
  }
}
