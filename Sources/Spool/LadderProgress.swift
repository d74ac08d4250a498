/// How far a search on a ladder of sizes is at its present size. (A loss that rises where a size begins is none of the size
/// before.)
package struct LadderProgress: Codable, Hashable, Sendable {
  /// Long side of the picture.
  package var sizePixels: Int
  /// Complete iterations at this size.
  package var iteration: Int
  package var iterations: Int

  package init(sizePixels: Int, iteration: Int, iterations: Int) {
    self.sizePixels = sizePixels
    self.iteration = iteration
    self.iterations = iterations
  }

  /// For people: `256 px 3/10`.
  package var words: String { "\(sizePixels) px \(iteration)/\(iterations)" }
}
