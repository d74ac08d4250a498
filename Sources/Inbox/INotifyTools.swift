internal import CInotifyTools
internal import Dispatch
internal import Files
internal import Glibc

/// libinotifytools, which keeps its one instance in static variables: all calls are made by the thread that made this
/// value, and making a second one waits until the first is gone.
struct INotifyTools: ~Copyable {
  /// One event, copied out of the library's static buffer.
  struct Event: Hashable {
    /// The watched folder; nil where it is no longer known, and when the queue has overflowed.
    var folder: Path?
    /// Nil for an event of the folder itself.
    var name: FileName?
    /// A file was closed after writing, or something was moved here: it is probably complete.
    var isComplete: Bool
  }

  /// Not IN_MODIFY, which floods. A hard link gives IN_CREATE alone.
  private static let mask =
    UInt32(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF)
    | UInt32(IN_ONLYDIR) | UInt32(IN_EXCL_UNLINK)
  private static let instance = DispatchSemaphore(value: 1)

  /// Readable when events wait. Owned by the library.
  let descriptor: Int32
  private var folders: [Int32: Path] = [:]
  private var highest: Int32 = 0

  init() throws(FileError) {
    Self.instance.wait()
    let before = Self.descriptors()
    guard inotifytools_initialize() != 0 else {
      let code = inotifytools_error()
      Self.instance.signal()
      throw FileError("inotifytools_initialize", Path("inotify"), code: code)
    }
    // The library neither gives its descriptor away nor keeps workers from inheriting it.
    descriptor = Self.descriptors().subtracting(before).min() ?? -1
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    // Events of an earlier instance may still lie in the library's buffer.
    while inotifytools_next_events(0, 1) != nil {}
  }

  deinit {
    inotifytools_cleanup()
    Self.instance.signal()
  }

  /// Watches a folder, not what is below it.
  mutating func watch(_ folder: Path) throws(FileError) {
    guard let inode = FileStatus(folder.appending("."))?.identity.inode else { throw FileError("lstat", folder) }
    let status = folder.appending("").withCString { inotifytools_watch_file($0, Int32(bitPattern: Self.mask)) }
    guard status != 0 else { throw FileError("inotifytools_watch_file", folder, code: inotifytools_error()) }
    folders[try number(of: folder, inode: inode)] = folder
  }

  /// Ends the watches on folders that are not in `kept`, by their paths.
  mutating func keep(_ kept: Set<Path>) {
    let ended = folders.filter { !kept.contains($0.value) }
    guard !ended.isEmpty else { return }
    // Those of deleted folders have ended by themselves; the library would complain about them on standard error.
    let living = Set(Self.watches(descriptor).values)
    for watch in ended.keys {
      folders[watch] = nil
      if living.contains(watch) { inotifytools_remove_watch_by_wd(watch) }
    }
  }

  /// The number of the watch just set. Numbers only grow; for a folder that was deleted and made again, the library tells
  /// the old one, and the kernel must be asked.
  private mutating func number(of folder: Path, inode: UInt64) throws(FileError) -> Int32 {
    let told = folder.appending("").withCString { inotifytools_wd_from_filename($0) }
    guard told <= highest else {
      highest = told
      return told
    }
    guard let watch = Self.watches(descriptor)[inode] else { throw FileError("inotify fdinfo", folder, code: ENOENT) }
    highest = max(highest, watch)
    return watch
  }

  /// The next event that waits, or nil when there is none.
  mutating func next() -> Event? {
    while true {
      if let event = inotifytools_next_events(0, 1) { return take(event) }
      guard inotifytools_error() == EINTR else { return nil }
    }
  }

  private mutating func take(_ event: UnsafeMutablePointer<inotify_event>) -> Event {
    let mask = event.pointee.mask
    let folder = folders[event.pointee.wd]
    if mask & UInt32(IN_IGNORED) != 0 { folders[event.pointee.wd] = nil }
    return Event(
      folder: folder, name: Self.name(of: event), isComplete: mask & UInt32(IN_CLOSE_WRITE | IN_MOVED_TO) != 0)
  }

  /// The name is a flexible array behind the fixed fields, padded with NULs.
  private static func name(of event: UnsafeMutablePointer<inotify_event>) -> FileName? {
    let bytes = UnsafeRawPointer(event).advanced(by: MemoryLayout<inotify_event>.size)
    let name = UnsafeRawBufferPointer(start: bytes, count: Int(event.pointee.len)).prefix { $0 != 0 }
    return name.isEmpty ? nil : FileName(Array(name))
  }
}

// What the library does not tell, from /proc.
extension INotifyTools {
  /// The inotify descriptors of this process.
  private static func descriptors() -> Set<Int32> {
    let folder = Path("/proc/self/fd")
    let names = (try? folder.names()) ?? []
    return Set(
      names.compactMap { name in
        target(of: folder.appending(name)) == "anon_inode:inotify" ? Int32(name.description) : nil
      })
  }

  private static func target(of link: Path) -> String {
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = link.withCString { readlink($0, &buffer, buffer.count) }
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  /// The numbers of the watches by the inodes they watch.
  private static func watches(_ descriptor: Int32) -> [UInt64: Int32] {
    let info = (try? FileSystem.contents(Path("/proc/self/fdinfo/\(descriptor)"))) ?? []
    var watches: [UInt64: Int32] = [:]
    for line in String(decoding: info, as: UTF8.self).split(separator: "\n") where line.hasPrefix("inotify ") {
      var fields: [Substring: Substring] = [:]
      for field in line.split(separator: " ") {
        if let colon = field.firstIndex(of: ":") { fields[field[..<colon]] = field[field.index(after: colon)...] }
      }
      guard let watch = fields["wd"].flatMap({ Int32($0, radix: 16) }),
        let inode = fields["ino"].flatMap({ UInt64($0, radix: 16) })
      else { continue }
      watches[inode] = watch
    }
    return watches
  }
}
