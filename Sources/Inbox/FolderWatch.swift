internal import Files

/// Keeps the inbox's folders watched, as far as the system can: where it cannot, the inbox is polled.
struct FolderWatch: ~Copyable {
  private let configuration: InboxConfiguration
  private let inbox: Path
  private let watcher: Watcher?
  /// Which run of the watcher knows the folders.
  private var run: Int?
  /// What is watched, with the inode that was at the path then.
  private var watched: [Path: UInt64] = [:]
  private var wanted: Set<Path> = []
  private var hasFailed = false

  /// - Parameter bell: is rung when there are events.
  init(_ configuration: InboxConfiguration, bell: WakeBell, answers: WakeBell) {
    self.configuration = configuration
    inbox = configuration.folder
    watcher =
      configuration.polling == .on
      ? nil
      : Watcher(
        program: configuration.watcherProgram ?? WatcherProgram.path,
        heartbeatSeconds: configuration.watcherHeartbeatSeconds,
        bell: bell, answers: answers)
  }

  deinit { watcher?.stop() }

  /// Whether looks must come without events.
  var isPolling: Bool {
    switch configuration.polling {
    case .on: true
    case .off: false
    case .auto: hasFailed || watcher?.run == nil || NetworkFileSystem.contains(inbox)
    }
  }

  var hasEvents: Bool { watcher?.hasNews ?? false }

  /// Why there are no events, what is done instead, and what people can do. Said at least once of each problem, however soon
  /// it is over.
  func takeWarning() -> String? {
    guard let problem = watcher?.takeProblem() else { return nil }
    let interval = isPolling ? configuration.pollingInterval : configuration.rescanInterval
    return "the inbox is not watched, but looked through every \(interval.inWords): \(problem). "
      + "easel-inotify belongs beside the program easel, or where EASEL_INOTIFY says; it is tried again"
  }

  /// Begins a look: all folders that are to stay watched are named until `end`.
  mutating func begin() {
    wanted = []
    hasFailed = false
    let now = watcher?.run
    if run != now { (run, watched) = (now, [:]) }
  }

  mutating func watch(_ folder: Path) {
    wanted.insert(folder)
    guard let watcher, let inode = FileStatus(folder.appending("."))?.identity.inode, watched[folder] != inode
    else { return }
    // Another folder has come to the same name; the old one may live on elsewhere.
    if watched.removeValue(forKey: folder) != nil { watcher.unwatch(folder) }
    // A watcher that does not answer would hold up every folder.
    if !hasFailed, watcher.watch(folder) { watched[folder] = inode } else { hasFailed = true }
  }

  mutating func end() {
    for folder in watched.keys where !wanted.contains(folder) { watcher?.unwatch(folder) }
    watched = watched.filter { wanted.contains($0.key) }
  }

  /// Takes all events; returns the paths that are said to be complete.
  mutating func completed() -> Set<Path> {
    guard let news = watcher?.takeNews() else { return [] }
    for folder in news.gone { watched[folder] = nil }
    return news.completed
  }
}

extension Duration {
  /// As settings have it: `5s`, `0.2s`.
  fileprivate var inWords: String {
    formatted(.units(allowed: [.hours, .minutes, .seconds, .milliseconds], width: .narrow))
  }
}
