/// Whether sbatch may be called now. One refusal may be for the job's sake; several in a row are for the cluster's, which is then left
/// alone for a while instead of being asked for each job that waits.
struct Admission: Sendable {
  private static let mostRefusals = 3
  private static let firstPause: Duration = .seconds(10)
  private static let longestPause: Duration = .seconds(60)

  private var refusals = 0
  private var opensAt = ContinuousClock.now

  var isOpen: Bool { ContinuousClock.now >= opensAt }

  mutating func note(isTaken: Bool) {
    guard !isTaken else { return self = Admission() }
    refusals += 1
    let more = refusals - Self.mostRefusals
    if more >= 0 { opensAt = .now + min(Self.firstPause * (1 << min(more, 10)), Self.longestPause) }
  }
}
