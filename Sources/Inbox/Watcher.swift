internal import Files
internal import Glibc
internal import Synchronization

/// The program `easel-inotify`, kept running: it is told what to watch, and what it says is collected here for the inbox's
/// thread.
///
/// It ends with `stop`, and by itself when this process dies, since its standard input ends then.
final class Watcher: Sendable {
  /// What has happened since the last call of `takeNews`.
  struct News {
    /// Paths that are said to be complete.
    var completed: Set<Path> = []
    /// Folders that are not watched any more.
    var gone: Set<Path> = []
  }

  private struct State {
    /// Our end of the program's standard input; nil while it does not run.
    var input: Int32?
    /// Counts the starts of the program, which knows no folder at first.
    var run = 0
    /// Whether it can be started is still to be seen.
    var isStarting = true
    /// How many answers are still to come, by the folder.
    var asked: [Path: Int] = [:]
    /// Folders whose answers are not waited for any more.
    var late: Set<Path> = []
    var refused: Set<Path> = []
    var hasNews = false
    var news = News()
    /// Whether it has said anything since it was last looked after.
    var hasSpoken = false
    /// Why it does not run, for people.
    var problem: String?
    /// It speaks again; the problem is kept until it was told.
    var isProblemOver = false
  }

  /// How long an answer may take. Without one, the inbox is looked through without watches.
  private static let patience: Duration = .seconds(1)
  /// What more files than this are called is not kept: without it they take longer to settle.
  private static let mostCompleted = 100_000

  let program: Path
  /// How long the program may be silent, in seconds.
  let heartbeatSeconds: Int
  private let state = Mutex(State())
  /// Rung when there are news.
  private let bell: WakeBell
  /// Rung when the program has answered.
  private let answers: WakeBell
  private let keeping = Mutex<Task<Void, Never>?>(nil)

  /// Starts the program, and again whenever it has ended.
  init(program: Path, heartbeatSeconds: Int, bell: WakeBell, answers: WakeBell) {
    (self.program, self.heartbeatSeconds, self.bell, self.answers) = (program, heartbeatSeconds, bell, answers)
    keeping.withLock { $0 = Task { await self.keepRunning() } }
  }

  func stop() { keeping.withLock { $0?.cancel() } }
}

// For the inbox's thread.
extension Watcher {
  /// The number of the running program, another one after each start; nil while none runs. Waits for the first start.
  var run: Int? {
    _ = wait(until: InboxClock.now + Self.patience) { !$0.isStarting }
    return state.withLock { $0.input == nil ? nil : $0.run }
  }

  /// Why none runs or ran since the last call, for people.
  func takeProblem() -> String? {
    let (problem, isOver) = state.withLock { state in
      defer { if state.isProblemOver { (state.problem, state.isProblemOver, state.hasNews) = (nil, false, true) } }
      return (state.problem, state.isProblemOver)
    }
    // Another look says that it is all right again.
    if isOver { bell.ring() }
    return problem
  }

  /// Whether to look at the inbox. When there are more, the bell is not rung again.
  var hasNews: Bool { state.withLock { $0.hasNews } }

  func takeNews() -> News {
    state.withLock { state in
      defer { (state.hasNews, state.news) = (false, News()) }
      return state.news
    }
  }

  /// Watches a folder, not what is below it. Returns whether it is watched now; where that comes later, it is news.
  func watch(_ folder: Path) -> Bool {
    let end = InboxClock.now + Self.patience
    guard let run = ask(folder) else { return false }
    let isOver = wait(until: end) { $0.run != run || $0.input == nil || $0.asked[folder] == nil }
    return state.withLock { state in
      if !isOver { state.late.insert(folder) }
      return isOver && state.run == run && state.input != nil && !state.refused.contains(folder)
    }
  }

  func unwatch(_ folder: Path) {
    state.withLock { _ = Self.send("-", folder, to: $0.input) }
  }

  /// Returns which run was asked.
  private func ask(_ folder: Path) -> Int? {
    state.withLock { state in
      guard Self.send("+", folder, to: state.input) else { return nil }
      state.asked[folder, default: 0] += 1
      state.refused.remove(folder)
      return state.run
    }
  }

  private static func send(_ sign: Character, _ folder: Path, to input: Int32?) -> Bool {
    guard let input else { return false }
    let command = [sign.asciiValue!] + folder.bytes + [0]
    // The input is a socket, for this call: a program that has ended does not end this one by SIGPIPE, and one that does not
    // read does not hold it up.
    let count = Glibc.send(input, command, command.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    // After half a command nothing makes sense any more. At the end of its input the program ends, and is started anew.
    if count != command.count { shutdown(input, Int32(SHUT_WR)) }
    return count == command.count
  }

  private func wait(until end: Duration, for isTrue: (borrowing State) -> Bool) -> Bool {
    while true {
      answers.silence()
      if state.withLock({ isTrue($0) }) { return true }
      guard answers.wait(until: end) else { return false }
    }
  }
}

// For the task that keeps the program running.
extension Watcher {
  func begin(input: Int32) {
    change { state in
      (state.input, state.isStarting, state.run) = (input, false, state.run + 1)
      (state.asked, state.late, state.refused, state.hasSpoken) = ([:], [], [], false)
      // What happened before it came has to be looked at.
      state.hasNews = true
    }
  }

  /// - Parameter problem: why it has ended, for people.
  func end(_ problem: String) {
    change { state in
      (state.input, state.isStarting, state.hasNews) = (nil, false, true)
      (state.problem, state.isProblemOver) = (problem, false)
    }
  }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { body(&$0) }
    answers.ring()
    bell.ring()
  }

  /// Whether the program has said anything since the last call.
  func takeSpoken() -> Bool {
    state.withLock { state in
      defer { state.hasSpoken = false }
      return state.hasSpoken
    }
  }

  func hear(_ messages: [WatcherMessage]) {
    guard !messages.isEmpty else { return }
    let isNews = state.withLock { state in
      let hadNews = state.hasNews
      for message in messages { Self.take(message, &state) }
      state.hasSpoken = true
      // What speaks is all right again.
      if state.problem != nil, !state.isProblemOver { (state.isProblemOver, state.hasNews) = (true, true) }
      return state.hasNews && !hadNews
    }
    answers.ring()
    if isNews { bell.ring() }
  }

  private static func take(_ message: WatcherMessage, _ state: inout State) {
    switch message {
    case .beat: break
    case .watching(let folder): answer(folder, &state)
    case .refused(let folder):
      state.refused.insert(folder)
      answer(folder, &state)
    case .complete(let path):
      if state.news.completed.count < mostCompleted { state.news.completed.insert(path) }
      state.hasNews = true
    case .gone(let folder):
      state.news.gone.insert(folder)
      state.hasNews = true
    case .changed: state.hasNews = true
    }
  }

  private static func answer(_ folder: Path, _ state: inout State) {
    state.asked[folder] = state.asked[folder].flatMap { $0 > 1 ? $0 - 1 : nil }
    if state.late.remove(folder) != nil { state.hasNews = true }
  }
}
