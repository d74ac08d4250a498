internal import Files
internal import Foundation
internal import Jobs

/// Says that a process uses the cache: what it has found or stored since it began is not removed before it ends.
///
/// A file with a lock that the kernel takes back when the process ends, however it ends.
package struct CacheLease: ~Copyable {
  private let path: Path
  private let file: OpenFile

  static let folder = "leases"

  /// Nil where it cannot be written: entries may then be removed early, which costs time only.
  package init?(_ cache: CacheFolder) {
    let folder = "\(cache.directory)/\(Self.folder)"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    path = Path("\(folder)/\(getpid())-\(UInt32.random(in: .min ... .max))")
    guard let file = try? OpenFile(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644),
      (try? file.tryLock()) == true
    else { return nil }
    self.file = file
  }

  deinit { try? FileSystem.remove(path) }

  /// When the oldest of the processes that use `cache` began; removes what those left that have ended.
  static func oldest(in cache: String) -> Date? {
    let folder = Path("\(cache)/\(Self.folder)")
    var oldest: Date?
    for name in (try? folder.names()) ?? [] {
      let path = folder.appending(name)
      guard let began = FileStatus(path)?.modified, let file = try? OpenFile(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
      else { continue }
      if (try? file.tryLock()) == false {
        oldest = min(oldest ?? began, began)
      } else if began.timeIntervalSinceNow < -60 {  // younger ones are perhaps about to be locked
        try? FileSystem.remove(path)
      }
    }
    return oldest
  }
}

extension FileStatus {
  /// When its contents changed last.
  var modified: Date { Date(timeIntervalSince1970: Double(identity.modified) / 1e9) }
}
