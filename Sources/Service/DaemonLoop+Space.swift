import Cache
import Files
import Spool

// Room for another job.
extension DaemonLoop {
  func hasSpace() -> Bool {
    let least = configuration.settings.minFreeBytes
    if spool.lackOfSpace(leastBytes: least) == nil { return true }
    shrinkCache(toLeave: least)
    guard let trouble = spool.lackOfSpace(leastBytes: least) else { return true }
    pause(.space, because: trouble)
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
