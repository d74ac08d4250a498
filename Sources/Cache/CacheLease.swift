internal import Files
internal import Foundation
internal import Jobs

/// Says which entries a process uses, so that they are not removed before it ends.
///
/// A file of their keys, `leases/PROCESS-NUMBER`, with a lock that the kernel takes back when the process ends, however it ends.
final class CacheLease: Sendable {
  private let path: Path
  private let descriptor: Int32

  private static let folder = "leases"
  /// Younger files are perhaps about to be locked.
  private static let youth: TimeInterval = 60

  /// Nil where it cannot be written: entries may then be removed early, which costs time only.
  init?(in cache: String) {
    let folder = "\(cache)/\(Self.folder)"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    path = Path("\(folder)/\(getpid())-\(UInt32.random(in: .min ... .max))")
    descriptor = path.withCString { open($0, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644) }
    guard descriptor >= 0 else { return nil }
    flock(descriptor, LOCK_EX)  // waits for nobody but one who looks whether it is locked
  }

  deinit {
    guard descriptor >= 0 else { return }
    try? FileSystem.remove(path)
    close(descriptor)
  }

  /// What cannot be put down may be removed early.
  func add(_ key: CacheKey) {
    let line = Array("\(key)\n".utf8)
    _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// What running processes use; removes the leases of those that have ended.
  static func usedKeys(in cache: String) -> Set<String> {
    let folder = Path("\(cache)/\(Self.folder)")
    var used: Set<String> = []
    for name in (try? folder.names()) ?? [] where name.description.wholeMatch(of: /[0-9]+-[0-9]+/) != nil {
      let path = folder.appending(name)
      guard let status = FileStatus(path), status.kind == .regular,
        let file = try? OpenFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      else { continue }
      if (try? file.tryLock(shared: true)) == false {
        let text = (try? file.contents(limitBytes: 64 << 20)) ?? []
        used.formUnion(String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init))
      } else if status.modified.timeIntervalSinceNow < -youth {
        try? FileSystem.remove(path)
      }
    }
    return used
  }
}

extension FileStatus {
  /// When its contents changed last.
  var modified: Date { Date(timeIntervalSince1970: Double(identity.modified) / 1e9) }
}
