/// The hooks of a daemon: a few at a time, the others in the order in which they came.
struct HookQueue {
  /// A hanging hook holds up no other until this many hang.
  private static let limit = 4

  private(set) var waiting: [Hook] = []
  private(set) var running: [Int: Task<Hook.Ending, Never>] = [:]
  private var count = 0

  var isEmpty: Bool { waiting.isEmpty && running.isEmpty }

  mutating func add(_ hook: Hook) { waiting.append(hook) }

  mutating func end(_ number: Int) { running[number] = nil }

  /// Starts what may run now; each end is told with the number of its run.
  mutating func start(_ ended: @escaping @Sendable (Int, Hook.Ending) -> Void) {
    while running.count < Self.limit, !waiting.isEmpty {
      let hook = waiting.removeFirst()
      count += 1
      running[count] = Task { [number = count] in
        let ending = await hook.run()
        ended(number, ending)
        return ending
      }
    }
  }
}
