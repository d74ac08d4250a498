import Foundation
import Logging

// What the system refuses is said, and put off.
extension DaemonLoop {
  /// When to try again what the system has refused just now.
  var nextTry: Date { .now + configuration.settings.retryDelay.seconds }

  /// Runs something that the disk can refuse; then nothing of its kind is tried for a while.
  func attempt(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch {
      pause(.disk, because: "\(error)")
      return false
    }
  }

  func pause(_ pause: Pause, because reason: String) {
    pauses.begin(pause, until: nextTry)
    setTrouble(.pause(pause), reason)
  }

  /// Ends the pauses that are over, does `body`, and takes back the troubles that it has not met again.
  func afterPauses(_ body: () -> Void) {
    let over = pauses.endDue()
    body()
    for pause in over where !pauses.contains(pause) { setTrouble(.pause(pause), nil) }
  }

  /// Says it once, when it begins and when it is over. That a figure in it has changed is no news.
  func setTrouble(_ trouble: Trouble, _ reason: String?) {
    let old = troubles[trouble]
    troubles[trouble] = reason
    guard old?.filter({ !$0.isNumber }) != reason?.filter({ !$0.isNumber }) else { return }
    if let reason {
      logger.warning("\(reason)", metadata: ["trouble": "\(trouble.words)", "help": "easel doctor"])
    } else {
      logger.info("\(trouble.words): all right again", metadata: ["trouble": "\(trouble.words)"])
    }
  }

  /// All of them, for people, in an order that does not change by itself.
  var reasons: [String] { troubles.sorted { $0.key.words < $1.key.words }.map(\.value) }
}
