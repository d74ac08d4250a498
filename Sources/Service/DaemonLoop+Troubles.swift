import Cache
import Files
import Foundation
import Logging
import Spool

// What the system refuses is said, and put off.
extension DaemonLoop {
  /// How long to leave something alone that the system has refused.
  var patience: TimeInterval { configuration.settings.retryDelay.seconds }

  /// Runs something that the disk can refuse; then nothing of its kind is tried for a while.
  func attempt(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch {
      pause("disk", because: "\(error)")
      return false
    }
  }

  func pause(_ kind: String, because reason: String) {
    pauses[kind] = .now + patience
    setTrouble(kind, reason)
  }

  func isPaused(_ kind: String) -> Bool { pauses[kind] != nil }

  /// Ends the pauses that are over, does `body`, and takes back the troubles that it has not met again.
  func afterPauses(_ body: () -> Void) {
    let over = pauses.filter { $0.value <= .now }.keys
    for kind in over { pauses[kind] = nil }
    body()
    for kind in over where pauses[kind] == nil { setTrouble(kind, nil) }
  }

  /// Says it once, when it begins and when it is over. That a figure in it has changed is no news.
  func setTrouble(_ kind: String, _ reason: String?) {
    let old = troubles[kind]
    troubles[kind] = reason
    guard old?.filter({ !$0.isNumber }) != reason?.filter({ !$0.isNumber }) else { return }
    if let reason {
      logger.warning("\(reason)", metadata: ["trouble": "\(kind)"])
    } else {
      logger.info("\(kind): all right again", metadata: ["trouble": "\(kind)"])
    }
  }

  func hasSpace() -> Bool {
    let least = configuration.settings.minFreeBytes
    if spool.lackOfSpace(leastBytes: least) == nil { return true }
    shrinkCache(toLeave: least)
    guard let trouble = spool.lackOfSpace(leastBytes: least) else { return true }
    pause("space", because: trouble)
    return false
  }

  /// A full disk must not stop jobs while there is something on it that can be computed again.
  private func shrinkCache(toLeave leastBytes: Int) {
    let (outbox, folder) = (configuration.outbox, configuration.cache)
    guard let device = FileStatus(outbox)?.identity.device, FileStatus(folder)?.identity.device == device,
      let free = try? FileSystem.freeSpace(outbox).bytes, free < leastBytes
    else { return }
    let cache = CacheFolder(directory: configuration.cache)
    let size = cache.entries().reduce(0) { $0 + $1.bytes }
    let removed = cache.prune(to: max(0, size - (leastBytes - free)))
    if !removed.isEmpty {
      logger.notice("the disk is full: \(removed.count) entries of the cache were removed")
    }
  }
}

// The log.
extension DaemonLoop {
  func log(_ id: String, _ level: Logger.Level, _ message: String, _ metadata: KeyValuePairs<String, String> = [:]) {
    var all: Logger.Metadata = ["job": "\(id)"]
    for (key, value) in metadata where !value.isEmpty { all[key] = "\(value)" }
    logger.log(level: level, "\(jobs[id]?.record.name ?? id): \(message)", metadata: all)
  }
}
