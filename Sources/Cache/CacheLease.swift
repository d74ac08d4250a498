internal import Files
internal import Foundation

/// Says which entries a process uses, so that they are not removed before it ends.
///
/// A file of their keys, `leases/PROCESS-NUMBER`, with a lock that the kernel takes back when the process ends, however it ends.
final class CacheLease: Sendable {
  private let path: Path
  private let file: OpenFile

  private static let folder = "leases"
  /// Younger files are perhaps about to be locked.
  private static let youth: TimeInterval = 60

  /// Nil where it cannot be written: entries may then be removed early, which costs time only.
  init?(in cache: Path) {
    let folder = cache.appending(Self.folder)
    try? FileSystem.makeFolders(folder, mode: 0o777)
    path = folder.appending("\(getpid())-\(UInt32.random(in: .min ... .max))")
    do {
      file = try OpenFile(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
      try file.waitForLock()  // for nobody but one who looks whether it is locked
    } catch {
      return nil
    }
  }

  deinit { try? FileSystem.remove(path) }

  /// What cannot be put down may be removed early.
  func add(_ key: CacheKey) { try? file.write(Array("\(key)\n".utf8)) }

  /// What running processes use; removes the leases of those that have ended.
  static func usedKeys(in cache: Path) -> Set<String> {
    let folder = cache.appending(Self.folder)
    var used: Set<String> = []
    for name in (try? folder.names()) ?? [] where name.description.wholeMatch(of: /[0-9]+-[0-9]+/) != nil {
      let path = folder.appending(name)
      guard let status = FileStatus(path), status.kind == .regular, let file = try? OpenFile(reading: path) else {
        continue
      }
      if (try? file.tryLock(shared: true)) == false {
        let text = (try? file.contents(limitBytes: 64 << 20)) ?? []
        used.formUnion(String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init))
      } else if status.identity.modificationDate.timeIntervalSinceNow < -youth {
        try? FileSystem.remove(path)
      }
    }
    return used
  }
}
