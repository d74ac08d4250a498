package import KernelTypes
internal import Synchronization

/// Runs the kernels on some threads. One at a time: it owns the scratch memory that they share.
///
/// Results don't depend on the number of threads.
package final class Engine {
  package let threads: Int
  package let instructionSet: InstructionSet
  let kernels: KernelTable
  private lazy var team = ThreadTeam(count: threads)
  private var shared = FloatBuffer(count: 0)
  private var perThread: [FloatBuffer] = []
  /// `[threads][KernelPhase.allCases.count]`, each thread's on cache lines of its own.
  private let nanoseconds: UnsafeMutableBufferPointer<UInt64>
  private static let clockStride = 16

  package init(threads: Int = UsableProcessors.count, instructionSet: InstructionSet = .best) {
    self.threads = max(1, threads)
    self.instructionSet = instructionSet
    kernels = instructionSet.kernels
    nanoseconds = .allocate(capacity: self.threads * Self.clockStride)
    nanoseconds.initialize(repeating: 0)
  }

  deinit { nanoseconds.deallocate() }

  /// Runs `body(task, thread)` for every task. Each thread begins with a share of neighbouring tasks, so that it reads much of what
  /// it has written itself, and then helps the others.
  ///
  /// - Parameter phase: what its time is counted as; nil where the kernels count for themselves.
  package func parallel(
    _ phase: KernelPhase? = nil, tasks: Int, _ body: @Sendable (_ task: Int, _ thread: Int) -> Void
  ) {
    if tasks == 0 { return }
    let count = min(threads, tasks)
    let shares = (0..<count).map { TaskShare(tasks * $0 / count..<tasks * ($0 + 1) / count) }
    let clocks = (0..<count).map { clock(thread: $0) }
    @Sendable func work(thread: Int) {
      var clock = clocks[thread]
      clock.restart()
      for offset in 0..<count {
        let share = shares[(thread + offset) % count]
        while let task = share.next() { body(task, thread) }
      }
      if let phase { clock.lap(phase) }
    }
    if count == 1 { return work(thread: 0) }
    team.run { thread in if thread < count { work(thread: thread) } }
  }
}

extension Engine {
  /// Into how many tasks each of `count` things is to be cut, so that every thread has two or more.
  func tasksEach(of count: Int) -> Int { (2 * threads + count - 1) / count }
}

/// Tasks of which each is given out once.
private final class TaskShare: Sendable {
  private let first: Atomic<Int>
  private let end: Int

  init(_ tasks: Range<Int>) {
    first = Atomic(tasks.lowerBound)
    end = tasks.upperBound
  }

  func next() -> Int? {
    let task = first.add(1, ordering: .relaxed).oldValue
    return task < end ? task : nil
  }
}

// Memory and time that the kernels share.
extension Engine {
  /// Scratch for all threads together: at least so many floats.
  func sharedScratch(_ count: Int) -> UncheckedPointer {
    if shared.count < count { shared = FloatBuffer(count: count) }
    return UncheckedPointer(shared.pointer)
  }

  /// Scratch for each thread: at least so many floats, and on huge pages, since transforms write to a hundred places at a time.
  func threadScratch(_ count: Int) -> [UncheckedPointer] {
    let count = max(count, FloatBuffer.hugePageBytes / 4)
    if perThread.isEmpty || perThread[0].count < count {
      perThread = (0..<threads).map { _ in FloatBuffer(count: count) }
    }
    return perThread.map { UncheckedPointer($0.pointer) }
  }

  func clock(thread: Int) -> PhaseClock { PhaseClock(nanoseconds.baseAddress! + thread * Self.clockStride) }

  /// Seconds that all threads together have spent in each phase so far.
  package var phaseSeconds: [KernelPhase: Double] {
    Dictionary(
      uniqueKeysWithValues: KernelPhase.allCases.map { phase in
        let sum = (0..<threads).reduce(0) { $0 + nanoseconds[$1 * Self.clockStride + phase.rawValue] }
        return (phase, Double(sum) / 1e9)
      })
  }

  /// Floating-point operations per second of the matrix kernel alone, on all threads.
  package func measuredPeak() -> Double {
    let scratch = threadScratch(64 * 1024)
    let kernels = kernels
    let operations = Mutex(0.0)
    let time = ContinuousClock().measure {
      parallel(tasks: threads) { _, thread in
        let done = kernels.peakLoop(400_000, scratch[thread].pointer)
        operations.withLock { $0 += done }
      }
    }
    return operations.withLock { $0 } / (time / .seconds(1))
  }
}

/// A pointer that several threads use on disjoint parts.
struct UncheckedPointer: @unchecked Sendable {  // each use says which part belongs to which thread
  let pointer: UnsafeMutablePointer<Float>
  init(_ pointer: UnsafeMutablePointer<Float>) { self.pointer = pointer }
}
