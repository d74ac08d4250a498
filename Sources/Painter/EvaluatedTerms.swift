import StyleTransfer

/// The parts of the losses that a search has evaluated lately, to be asked for by their sum: what a step ends at is not always
/// what it looked at last.
final class EvaluatedTerms {
  /// More than a step evaluates.
  private static let most = 64

  private var recent: [LossTerms] = []

  func note(_ terms: LossTerms) {
    if recent.count == Self.most { recent.removeFirst() }
    recent.append(terms)
  }

  /// Those of the latest evaluation with exactly that sum; nil where there was none.
  func terms(of loss: Double) -> LossTerms? { recent.last { $0.total == loss } }
}
