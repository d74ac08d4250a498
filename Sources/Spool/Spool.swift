package import Files
internal import Glibc

/// The claimed jobs of an outbox, in `outbox/.jobs/`, and the only truth about them.
///
/// A job goes `claiming` -> `queued` -> `running` -> `publishing` and is gone; a failed attempt makes it `retrying` or
/// `failed`. A folder with several jobs is `gathering` until these are gone, and then `queued`. Every step is on the disk before the next begins, so that `recover` can go on from any of them.
package struct Spool: Sendable {
  package let outbox: Path
  package var retries = RetryPolicy()

  package init(outbox: Path) {
    self.outbox = outbox
  }

  /// Makes this process the only daemon of the outbox until the returned value ends, and the outbox where it is missing.
  ///
  /// - Throws: a `FileLockedError` with the process that has it; a `FileError` when the folders cannot be made.
  package func lock() throws -> FileLock {
    for folder in [outbox, jobs, doorbell] { try FileSystem.makeFolder(folder) }
    // Who has it for a moment may only ask whether a daemon is there.
    let lock = try FileLock(jobs.appending("lock"), patience: .milliseconds(200))
    FileSystem.removeAbandoned(in: jobs)
    removeRests()
    return lock
  }

  /// Whether a daemon serves this outbox now.
  package var isServed: Bool { FileLock.isHeld(jobs.appending("lock")) }

  /// Sees to it that what this process may not see is not taken for nothing.
  ///
  /// - Throws: an `UnseenSpoolError`.
  package func checkVisibility() throws {
    do {
      _ = try OpenFile(jobs.appending("lock"), O_RDONLY | O_NOFOLLOW)
    } catch let error where error.code == EACCES {
      throw UnseenSpoolError(outbox: outbox, reason: error.reason)
    } catch {
      // There is none, or what is wrong with it those say who need it.
    }
  }

  /// The directories of all jobs, oldest first.
  ///
  /// - Throws: a `FileError`.
  package func directories() throws -> [JobDirectory] {
    guard FileStatus(jobs) != nil else { return [] }
    return try jobs.names().filter { name in
      name.bytes.first != UInt8(ascii: ".") && name != FileName("doorbell")
        && FileStatus(jobs.appending(name))?.kind == .folder
    }.map { JobDirectory(jobs.appending($0)) }
  }

  /// `outbox/.jobs`
  package var jobs: Path { outbox.appending(".jobs") }

  private static let restEnding = ".gone"

  /// Removes a job that is no longer needed.
  func remove(_ directory: JobDirectory) throws {
    do throws(FileError) {
      try FileSystem.remove(directory.path)
    } catch {
      guard [ENOTEMPTY, EEXIST, EBUSY].contains(error.code) else { throw error }
      // A worker somewhere else, that knows nothing of it, makes files there, or a network file system keeps one for it: by another
      // name it is out of reach, and what cannot be removed now is at the next start.
      let rest = jobs.appending(".\(directory.id)\(Self.restEnding)")
      try FileSystem.rename(directory.path, rest)
      try? FileSystem.remove(rest)
    }
    try FileSystem.synchronizeFolder(jobs)
  }

  private func removeRests() {
    for name in (try? jobs.names()) ?? [] where name.text?.hasPrefix(".") == true {
      if name.text?.hasSuffix(Self.restEnding) == true { try? FileSystem.remove(jobs.appending(name)) }
    }
  }
}

extension Spool {
  /// Why the outbox's file system has no room for another job, or nil when it has.
  package func lackOfSpace(leastBytes: Int) -> String? {
    guard let free = try? FileSystem.freeSpace(outbox) else { return nil }
    if free.bytes < leastBytes {
      return
        "\(outbox): \(ByteSize(bytes: free.bytes).words) are free, less than \(ByteSize(bytes: leastBytes).words); "
        + "no job is started until there is room"
    }
    guard let files = free.files, files < 100 else { return nil }
    return "\(outbox): only \(files) more files can be made; no job is started until there is room"
  }
}

/// The spool is somebody else's.
package struct UnseenSpoolError: Error, CustomStringConvertible {
  let outbox: Path
  let reason: String

  package var description: String {
    "\(outbox): \(reason), so that it cannot be told whether a daemon runs there or what it does; ask as a member of the folder's "
      + "group (for the service: sudo usermod --append --groups easel USER, then log in anew), or as root"
  }
}
