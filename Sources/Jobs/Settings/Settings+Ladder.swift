/// A part of the search, with a size and a weight of the style of its own; it starts from the picture of the one before.
package struct LadderStep: Sendable, Equatable {
  /// Long side of the picture, in pixels.
  package var size: Int
  /// What `styleWeight` is multiplied with here; 1 in the last step.
  package var styleFactor: Double
  package var iterations: Int
  /// Whether a large picture gets its finest detail here, after a smaller size has laid it out.
  package var addsDetail = false

  package init(size: Int, styleFactor: Double, iterations: Int) {
    self.size = size
    self.styleFactor = styleFactor
    self.iterations = iterations
  }
}

extension Settings {
  /// The shortest long side that `scales: auto` goes down to, in pixels.
  private static let smallestLevel = 64
  /// The longest long side, in pixels, of a size that is not a large one.
  private static let largestSmallSize = 512
  /// The shortest long side that a style picture may have, in pixels.
  static let smallestStyle = 16

  /// Long sides of the resolution ladder, rising; the last is `size`. `auto` halves them.
  package var levels: [Int] {
    switch scales {
    case .none: return [size]
    case .sizes(let sizes): return sizes + [size]
    case .auto:
      var levels = [size]
      while levels[0] / 2 >= Self.smallestLevel,
        !task.usesStyle || smallestStyleSize(at: levels[0] / 2) >= Self.smallestStyle
      {
        levels.insert(levels[0] / 2, at: 0)
      }
      return levels
    }
  }

  /// The way of the search at all sizes.
  package var stages: [LadderStep] { stages(at: levels) }

  /// The way of the search at some sizes: `iterations` at each, or `initialIterations` at the smallest of several, and at most
  /// `largeIterations` at large ones after it.
  ///
  /// With `ladderStyle` `late`, a transfer begins with little style on a ladder. The style's loss rises steeply off the pictures that it likes, and
  /// along such a wall the content comes about in small steps only; once it is there, the style follows in a few. So the
  /// small sizes have 1 % of the style's weight, the last but one 10 %, and so has the last for the first half of its iterations.
  ///
  /// - Parameter sizes: those of `levels` that are painted.
  package func stages(at sizes: [Int]) -> [LadderStep] {
    var steps = sizes.map { LadderStep(size: $0, styleFactor: 1, iterations: iterations) }
    if steps.count > 1, let initialIterations { steps[0].iterations = initialIterations }
    if let largeIterations {
      for index in steps.indices.dropFirst() where steps[index].size > Self.largestSmallSize {
        steps[index].iterations = min(iterations, largeIterations)
        steps[index].addsDetail = true
      }
    }
    guard task == .transfer && scales != .none && ladderStyle == .late, let last = steps.popLast() else { return steps }
    for index in steps.indices { steps[index].styleFactor = index == steps.count - 1 ? 0.1 : 0.01 }
    var (beginning, end) = (last, last)
    beginning.styleFactor = 0.1
    beginning.iterations = last.iterations / 2
    end.iterations -= beginning.iterations
    return (steps + [beginning, end]).filter { $0.iterations > 0 }
  }

  /// These settings with a stage's weight of the style, and over pixels where it adds detail: what an enlarged picture lacks is what is finest,
  /// and a pyramid would make that wait.
  package func at(_ stage: LadderStep) -> Settings {
    var settings = self
    settings.styleWeight *= stage.styleFactor
    if stage.addsDetail { settings.pyramidLevels = 0 }
    return settings
  }
}
