/// What keeps the daemon from its work, by kinds; of each kind there is one at a time.
enum Trouble: Hashable {
  /// The inbox cannot be looked into.
  case inbox
  /// The inbox is looked into, but not watched.
  case watcher
  /// More jobs than may be taken.
  case queue
  /// Something in the spool cannot be put right.
  case recovery
  /// The state cannot be shown.
  case status
  /// What paints jobs is not to be had.
  case runner(RunnerTrouble)
  /// Something was refused, and is left alone for a while.
  case pause(Pause)

  /// For the log's details.
  var words: String {
    switch self {
    case .inbox: "inbox"
    case .watcher: "watcher"
    case .queue: "queue"
    case .recovery: "recovery"
    case .status: "status"
    case .runner(let trouble): trouble.rawValue
    case .pause(let pause): pause.words
    }
  }
}
