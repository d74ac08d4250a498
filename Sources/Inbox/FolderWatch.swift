internal import Files
internal import Glibc

/// Keeps the inbox's folders watched, as far as the system can: where it cannot, the inbox is polled.
struct FolderWatch: ~Copyable {
  private let polls: InboxConfiguration.Polling
  private let inbox: Path
  private var tools: INotifyTools?
  /// Readable when there are events; -1 when there never are.
  let descriptor: Int32
  /// What is watched, with the inode that was at the path then.
  private var watched: [Path: UInt64] = [:]
  private var wanted: Set<Path> = []
  private var hasFailed = false

  init(_ configuration: InboxConfiguration) {
    polls = configuration.polling
    inbox = configuration.folder
    tools = configuration.polling == .on ? nil : try? INotifyTools()
    descriptor = tools?.descriptor ?? -1
    hasFailed = descriptor < 0
  }

  /// Whether looks must come without events.
  var isPolling: Bool {
    switch polls {
    case .on: true
    case .off: false
    case .auto: hasFailed || NetworkFileSystem.contains(inbox)
    }
  }

  var hasEvents: Bool {
    var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return descriptor >= 0 && poll(&descriptors, 1, 0) > 0
  }

  /// Begins a look: all folders that are to stay watched are named until `end`.
  mutating func begin() {
    wanted = []
    hasFailed = descriptor < 0
  }

  mutating func watch(_ folder: Path) {
    wanted.insert(folder)
    guard let inode = FileStatus(folder.appending("."))?.identity.inode, watched[folder] != inode else { return }
    // Another folder has come to the same name; the old one may live on elsewhere.
    if watched.removeValue(forKey: folder) != nil { tools?.keep(Set(watched.keys)) }
    do throws(FileError) {
      try tools?.watch(folder)
      watched[folder] = inode
    } catch {
      hasFailed = true
    }
  }

  mutating func end() {
    watched = watched.filter { wanted.contains($0.key) }
    tools?.keep(wanted)
  }

  /// Takes all events; returns the paths that are said to be complete.
  mutating func completed() -> Set<Path> {
    var completed: Set<Path> = []
    while let event = tools?.next() {
      if let folder = event.folder, let name = event.name, event.isComplete { completed.insert(folder.appending(name)) }
    }
    return completed
  }
}
