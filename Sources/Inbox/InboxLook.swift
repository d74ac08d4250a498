internal import Files
internal import Glibc
internal import Jobs

/// Looks into the inbox: what is there, and what of it is complete. Used by one thread.
struct InboxLook {
  /// No settings file comes near this.
  private static let longestSidecarBytes = 256 << 10

  private let configuration: InboxConfiguration
  private let inbox: Path
  private var settling: Settling
  private var sidecars: [Path: (identity: FileIdentity, sidecar: Sidecar)] = [:]

  /// Files that an event has called complete since the last look, and folders that were moved in whole.
  private var announced: Set<Path> = []
  private var seen: Set<Path> = []
  /// The folders of the last look, the inbox first.
  private(set) var folders: [Path] = []
  private(set) var hasProblems = false

  init(_ configuration: InboxConfiguration) {
    self.configuration = configuration
    inbox = configuration.folder
    settling = Settling(
      announced: configuration.settle, unannounced: configuration.settle * configuration.unannouncedFactor)
  }

  var nextLook: Duration? { settling.nextLook }

  mutating func announce(_ path: Path) { announced.insert(path) }

  /// Lists the inbox. `watch` is called with each folder before it is listed, so that nothing is missed in between.
  mutating func entries(now: Duration, watch: (Path) -> Void) throws(FileError) -> [InboxEntry] {
    (seen, folders, hasProblems) = ([], [], false)
    let entries = try list(inbox, now: now, watch: watch)
    settling.keep(seen)
    sidecars = sidecars.filter { seen.contains($0.key) }
    announced = []
    return entries
  }

  private mutating func list(_ folder: Path, now: Duration, watch: (Path) -> Void) throws(FileError) -> [InboxEntry] {
    watch(folder)
    folders.append(folder)
    var entries: [InboxEntry] = []
    for name in try folder.names() where !IgnoreRules.ignores(name) {
      let path = folder.appending(name)
      guard let status = FileStatus(path) else { continue }
      entries.append(
        entry(path, status, isAnnounced: announced.contains(path) || announced.contains(folder), now: now, watch: watch)
      )
    }
    return entries
  }

  private mutating func entry(
    _ path: Path, _ status: FileStatus, isAnnounced: Bool, now: Duration, watch: (Path) -> Void
  ) -> InboxEntry {
    var entry = InboxEntry(name: path.lastName, identity: status.identity)
    switch status.kind {
    case .regular: lookAtFile(path, &entry, isAnnounced: isAnnounced, now: now)
    case .folder: entry.kind = folder(path, now: now, watch: watch)
    case .symbolicLink: entry.kind = .refused(reason: "a symbolic link; put the file itself here")
    case .pipe, .socket, .device: entry.kind = .refused(reason: "neither a file nor a folder")
    }
    return entry
  }

  /// A folder's files, or those of the `inputs/` in it. What is there of other kinds is not looked at.
  private mutating func folder(_ path: Path, now: Duration, watch: (Path) -> Void) -> InboxEntry.Kind {
    let inner = FileStatus(path.appending("inputs"))?.kind == .folder
    if inner {
      watch(path)
      folders.append(path)
      if announced.contains(path) { announced.insert(path.appending("inputs")) }
    }
    do throws(FileError) {
      let files = try listFiles(inner ? path.appending("inputs") : path, now: now, watch: watch)
      return .folder(files, inner: inner)
    } catch {
      hasProblems = true
      return .refused(reason: "cannot be read: \(error)")
    }
  }

  private mutating func listFiles(
    _ folder: Path, now: Duration, watch: (Path) -> Void
  ) throws(FileError) -> [InboxEntry] {
    watch(folder)
    folders.append(folder)
    var files: [InboxEntry] = []
    for name in try folder.names() where !IgnoreRules.ignores(name) {
      let path = folder.appending(name)
      guard let status = FileStatus(path), status.kind != .folder else { continue }
      var entry = InboxEntry(name: name, identity: status.identity)
      if status.kind == .regular {
        lookAtFile(path, &entry, isAnnounced: announced.contains(path) || announced.contains(folder), now: now)
      } else {
        entry.problem = "a link or a device; put the file itself here"
      }
      files.append(entry)
    }
    return files
  }

  private mutating func lookAtFile(_ path: Path, _ entry: inout InboxEntry, isAnnounced: Bool, now: Duration) {
    seen.insert(path)
    let isSidecar = if case .settings = FileRole(entry.name) { true } else { false }
    entry.problem = problem(path, entry.identity, isSidecar: isSidecar)
    guard entry.problem == nil else {
      hasProblems = true
      return
    }
    // An empty settings file says what none says, and is believed as late.
    let leastPause = entry.identity.sizeBytes == 0 ? configuration.sidecarGrace : .zero
    entry.settledAt = settling.look(
      at: path, entry.identity, isAnnounced: isAnnounced, now: now, leastPause: leastPause)
    guard isSidecar, entry.settledAt != nil else { return }
    do throws(FileError) {
      entry.sidecar = try sidecar(path, entry.identity)
    } catch {
      // A disk that cannot read it now says nothing about the settings.
      entry.settledAt = nil
      entry.problem = "cannot be read: \(error)"
      hasProblems = true
    }
  }

  /// Why the file cannot be taken as it is, whatever time passes.
  private func problem(_ path: Path, _ identity: FileIdentity, isSidecar: Bool) -> String? {
    if identity.sizeBytes == 0, !isSidecar { return "empty so far" }
    if identity.sizeBytes > configuration.largestFileBytes {
      return "has \(identity.sizeBytes) bytes, and at most \(configuration.largestFileBytes) are taken"
    }
    guard path.withCString({ faccessat(AT_FDCWD, $0, R_OK, AT_EACCESS) }) == 0 else {
      return "cannot be read: \(String(cString: strerror(errno)))"
    }
    return nil
  }

  private mutating func sidecar(_ path: Path, _ identity: FileIdentity) throws(FileError) -> Sidecar {
    if let known = sidecars[path], known.identity == identity { return known.sidecar }
    let sidecar = try read(path)
    sidecars[path] = (identity, sidecar)
    return sidecar
  }

  private func read(_ path: Path) throws(FileError) -> Sidecar {
    do throws(FileError) {
      let bytes = try FileSystem.contents(path, limitBytes: Self.longestSidecarBytes) ?? []
      return configuration.readSidecar(path.lastName.description, bytes)
    } catch  where error.code == EFBIG {
      return .invalid(reason: "\(path.lastName): \(error)")
    }
  }
}
