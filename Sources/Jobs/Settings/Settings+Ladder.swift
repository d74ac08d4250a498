/// A part of the search, with a size and a weight of the style of its own; it starts from the picture of the one before.
package struct LadderStep: Sendable, Equatable {
  /// Long side of the picture, in pixels.
  package var size: Int
  /// What `styleWeight` is multiplied with here; 1 in the last step.
  package var styleFactor: Double
  package var iterations: Int

  package init(size: Int, styleFactor: Double, iterations: Int) {
    self.size = size
    self.styleFactor = styleFactor
    self.iterations = iterations
  }
}

extension Settings {
  /// The shortest long side that `scales: auto` goes down to, in pixels.
  private static let smallestLevel = 64
  /// Above this long side, in pixels, a size is a large one.
  private static let largestSmall = 512
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

  /// The way of the search: `iterations` at each size, or `initialIterations` at the smallest of several, and `largeIterations` at the most
  /// at each large one after it.
  ///
  /// With `ladderStyle` `late`, a transfer begins with little style on a ladder. The style's loss rises steeply off the pictures that it likes, and
  /// along such a wall the content comes about in small steps only; once it is there, the style follows in a few. So the
  /// small sizes have 1 % of the style's weight, the last but one 10 %, and so has the last for the first half of its iterations.
  package var stages: [LadderStep] {
    let levels = levels
    func step(_ index: Int, styleFactor: Double) -> LadderStep {
      LadderStep(size: levels[index], styleFactor: styleFactor, iterations: iterations(at: index, of: levels))
    }
    guard task == .transfer && scales != .none && ladderStyle == .late else {
      return levels.indices.map { step($0, styleFactor: 1) }
    }
    let smaller = levels.indices.dropLast().map { step($0, styleFactor: $0 == levels.count - 2 ? 0.1 : 0.01) }
    let whole = step(levels.count - 1, styleFactor: 1)
    let half = whole.iterations / 2
    let last = [
      LadderStep(size: size, styleFactor: 0.1, iterations: half),
      LadderStep(size: size, styleFactor: 1, iterations: whole.iterations - half),
    ]
    return (smaller + last).filter { $0.iterations > 0 }
  }

  private func iterations(at index: Int, of levels: [Int]) -> Int {
    if index == 0 { return levels.count > 1 ? initialIterations ?? iterations : iterations }
    return isLarge(levels[index]) ? min(iterations, largeIterations ?? iterations) : iterations
  }

  package func isLarge(_ size: Int) -> Bool { size > Self.largestSmall }

  /// These settings with a stage's weight of the style.
  ///
  /// Where `largeIterations` are set, a large size after the first is searched over its pixels: what an enlarged picture lacks is its finest
  /// detail, which a pyramid would make wait.
  package func at(_ stage: LadderStep) -> Settings {
    var settings = self
    settings.styleWeight *= stage.styleFactor
    if largeIterations != nil, isLarge(stage.size), stage.size > levels[0] { settings.pyramidLevels = 0 }
    return settings
  }
}
