/// The time that a painting has taken, with what its earlier runs took, and how much of it each size may take.
struct PaintingTime {
  let limitSeconds: Double?
  /// Of earlier runs.
  private let earlierSeconds: Double
  private let startedAt: Double
  private let now: () -> Double
  /// When the present stage must end, in seconds of the painting.
  private(set) var stageEnd: Double?

  /// - Parameters:
  ///   - now: a clock that is never set back, in seconds.
  init(limitSeconds: Double?, now: @escaping () -> Double = Self.systemClock) {
    (self.limitSeconds, self.now, earlierSeconds) = (limitSeconds, now, 0)
    startedAt = now()
  }

  /// Of a run that goes on: what it took before counts.
  private init(_ other: PaintingTime, after spent: Spent) {
    (limitSeconds, now, earlierSeconds, startedAt) = (other.limitSeconds, other.now, spent.seconds, other.startedAt)
    stageEnd = limitSeconds == spent.limitSeconds ? spent.stageEnd : nil
  }

  var seconds: Double { earlierSeconds + now() - startedAt }

  /// Of the limit, 0 to 1; 0 without one.
  var fractionSpent: Double { limitSeconds.map { min(1, seconds / $0) } ?? 0 }

  /// Gives a stage its share of the time that is left, unless it has that from an earlier run.
  ///
  /// - Parameter share: of the work that is left, 0 to 1.
  mutating func beginStage(share: Double) {
    guard let limitSeconds, stageEnd == nil else { return }
    let seconds = seconds
    stageEnd = seconds + max(0, limitSeconds - seconds) * share
  }

  mutating func endStage() { stageEnd = nil }

  var isStageOver: Bool { stageEnd.map { seconds >= $0 } ?? false }

  static let systemClock: @Sendable () -> Double = {
    let origin = ContinuousClock.now
    return { (ContinuousClock.now - origin) / .seconds(1) }
  }()
}

extension PaintingTime {
  /// What a checkpoint keeps of it.
  struct Spent: Codable, Equatable {
    var seconds: Double
    var limitSeconds: Double?
    var stageEnd: Double?
    /// Sizes at which the limit has ended the search early, in pixels.
    var cutSizes: [Int]

    /// Whether a run with this limit may go on from there: one with another would not have come by what was cut.
    func fits(limitSeconds: Double?) -> Bool { cutSizes.isEmpty || self.limitSeconds == limitSeconds }
  }

  func spent(cutSizes: [Int]) -> Spent {
    Spent(seconds: seconds, limitSeconds: limitSeconds, stageEnd: stageEnd, cutSizes: cutSizes)
  }

  func after(_ spent: Spent?) -> PaintingTime { spent.map { PaintingTime(self, after: $0) } ?? self }
}
