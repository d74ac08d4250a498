import Dispatch
import Foundation
import Synchronization

/// Notices SIGTERM and SIGINT instead of dying of them.
package final class StopRequest {
  private let made = Made()
  private let sources: [any DispatchSourceSignal]

  /// What the signals' handlers share with us.
  private final class Made: Sendable {
    let flag = Atomic(false)
  }

  package init() {
    sources = [SIGTERM, SIGINT].map { [made] number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { made.flag.store(true, ordering: .relaxed) }
      source.resume()
      return source
    }
  }

  package var wasMade: Bool { made.flag.load(ordering: .relaxed) }
}
