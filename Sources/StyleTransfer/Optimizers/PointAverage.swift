internal import Kernels

/// The exponential moving average of a search's points, the start included, corrected for its beginning at zero as Kingma & Ba
/// correct Adam's moments: the weights of all points add up to one.
struct PointAverage {
  /// What each point leaves of the sum.
  private let decay: Double
  /// The points, each times `1 - decay` and `decay` for every one since.
  private var sum: [Float]
  /// What the weights in the sum lack of one.
  private var missing = 1.0

  init(of start: [Float], decay: Double, _ arithmetic: VectorArithmetic) {
    self.decay = decay
    sum = [Float](repeating: 0, count: start.count)
    add(start, arithmetic)
  }

  mutating func add(_ point: [Float], _ arithmetic: VectorArithmetic) {
    arithmetic.multiply(&sum, by: decay)
    arithmetic.add(1 - decay, point, to: &sum)
    missing *= decay
  }

  func value(_ arithmetic: VectorArithmetic) -> [Float] {
    var value = sum
    arithmetic.multiply(&value, by: 1 / (1 - missing))
    return value
  }

  private enum Name {
    static let sum = "average"
    static let decay = "averageDecay"
    static let missing = "averageMissing"
  }

  func save(in state: inout OptimizerState) {
    state.vectors[Name.sum] = sum
    state.numbers[Name.decay] = decay
    state.numbers[Name.missing] = missing
  }

  /// Nil where there is none in the state.
  init?(_ state: OptimizerState) {
    guard let sum = state.vector(Name.sum), let decay = state.numbers[Name.decay],
      let missing = state.numbers[Name.missing]
    else { return nil }
    (self.sum, self.decay, self.missing) = (sum, decay, missing)
  }
}
