internal import Files
internal import Glibc
internal import Jobs

/// Looks into the inbox: what is there, and what of it is complete. Used by one thread.
struct InboxLook {
  /// No settings file comes near this.
  private static let longestSidecarBytes = 256 << 10

  let configuration: InboxConfiguration
  private let inbox: Path
  var settling: Settling
  private var sidecars: [Path: (identity: FileIdentity, sidecar: Sidecar)] = [:]

  /// Files that an event has called complete since the last look, and folders that were moved in whole.
  private var announced: Set<Path> = []
  var seen: Set<Path> = []
  /// How many names more of the present folder are looked at without being taken.
  var asideLeft = 0
  /// What says that a file is not complete, for the names in the folder that is being looked at.
  private var companions: [FileName: FileName] = [:]
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
    let names = try folder.names()
    companions = Transfer.companions(in: names)
    var entries: [InboxEntry] = []
    for name in names where !IgnoreRules.ignores(name) {
      let path = folder.appending(name)
      guard let status = FileStatus(path) else { continue }
      entries.append(entry(path, status, now: now))
    }
    // Each folder has companions of its own.
    for index in entries.indices where entries[index].kind == .folder([], inner: false) {
      let path = folder.appending(entries[index].name)
      if folder == inbox, let preset = configuration.presetFolders[entries[index].name] {
        lookInside(path, of: preset, &entries[index], now: now, watch: watch)
      } else {
        lookInside(path, &entries[index], now: now, watch: watch)
      }
    }
    return entries
  }

  /// A folder that is called like a preset, which is an inbox of its own.
  private mutating func lookInside(
    _ path: Path, of preset: InboxConfiguration.PresetFolder, _ entry: inout InboxEntry, now: Duration,
    watch: (Path) -> Void
  ) {
    do throws(FileError) {
      entry.kind = .presetFolder(try list(path, now: now, watch: watch), defaults: preset.defaults)
    } catch {
      hasProblems = true
      entry.kind = .refused(reason: "cannot be read: \(error)")
    }
  }

  private mutating func entry(_ path: Path, _ status: FileStatus, now: Duration) -> InboxEntry {
    var entry = InboxEntry(name: path.lastName, identity: status.identity)
    switch status.kind {
    case .regular: lookAtFile(path, &entry, now: now)
    case .folder: entry.kind = .folder([], inner: false)
    case .symbolicLink: entry.kind = .refused(reason: "a symbolic link; put the file itself here")
    case .pipe, .socket, .device: entry.kind = .refused(reason: "neither a file nor a folder")
    }
    return entry
  }

  /// A folder's files, or those of the `inputs/` in it. What is there of other kinds is not taken.
  private mutating func lookInside(_ path: Path, _ entry: inout InboxEntry, now: Duration, watch: (Path) -> Void) {
    asideLeft = Self.mostAside
    let inner = FileStatus(path.appending("inputs"))?.kind == .folder
    do throws(FileError) {
      if inner {
        if announced.contains(path) { announced.insert(path.appending("inputs")) }
        let outer = try names(in: path, watch: watch)
        entry.aside = outer.filter { $0 != FileName("inputs") }.compactMap { aside(path.appending($0), now: now) }
      }
      entry.kind = .folder(
        try listFiles(inner ? path.appending("inputs") : path, &entry.aside, now, watch), inner: inner)
    } catch {
      hasProblems = true
      entry.kind = .refused(reason: "cannot be read: \(error)")
    }
  }

  private mutating func listFiles(
    _ folder: Path, _ others: inout [InboxEntry], _ now: Duration, _ watch: (Path) -> Void
  ) throws(FileError) -> [InboxEntry] {
    let names = try names(in: folder, watch: watch)
    companions = Transfer.companions(in: names)
    var files: [InboxEntry] = []
    for name in names {
      let path = folder.appending(name)
      guard let status = FileStatus(path) else { continue }
      guard !IgnoreRules.ignores(name), status.kind != .folder else {
        if let entry = aside(path, now: now) { others.append(entry) }
        continue
      }
      var entry = InboxEntry(name: name, identity: status.identity)
      if status.kind == .regular {
        lookAtFile(path, &entry, now: now)
      } else {
        entry.problem = "a link or a device; put the file itself here"
      }
      if entry.problem != nil, companions[name] == nil {
        // It goes with its folder when it has not changed for long: nothing holds a folder for good.
        entry.settledAt = quietSince(path, status, now: now, isUnderWay: status.kind == .regular, depth: 0)
      }
      files.append(entry)
    }
    return files
  }

  private mutating func names(in folder: Path, watch: (Path) -> Void) throws(FileError) -> [FileName] {
    watch(folder)
    folders.append(folder)
    return try folder.names()
  }

  func isAnnounced(_ path: Path) -> Bool { announced.contains(path) || announced.contains(path.folder) }

  private mutating func lookAtFile(_ path: Path, _ entry: inout InboxEntry, now: Duration) {
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
      at: path, entry.identity, isAnnounced: isAnnounced(path), now: now, leastPause: leastPause)
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
    if let companion = companions[path.lastName] { return "still being downloaded: \(companion) is there" }
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
      let inFolder = path.components.dropFirst(inbox.components.count).first.flatMap { configuration.presetFolders[$0] }
      return (inFolder?.readSidecar ?? configuration.readSidecar)(path.lastName.description, bytes)
    } catch  where error.code == EFBIG {
      return .invalid(
        reason: "\(path.lastName): has more than \(Self.longestSidecarBytes >> 10) KiB, which no settings file needs")
    }
  }
}
