extension Settings {
  /// Long side in pixels.
  private static let quickSize = 160
  /// At each size.
  private static let quickIterations = 6
  private static let quickEvaluationsPerIteration = 5

  /// These settings for a small picture that is there in a moment. It takes no more evaluations at a size than these settings
  /// do, and the content comes about first: in as much time as these take without `scales`, it would hardly be seen. So few are better
  /// spent on pixels than on a pyramid, which comes to what is fine last.
  package var quickPreview: Settings {
    var quick = self
    quick.size = min(size, Self.quickSize)
    quick.scales = .auto
    quick.evaluationsPerIteration = min(evaluations, Self.quickEvaluationsPerIteration)
    quick.iterations = min(evaluations / quick.evaluationsPerIteration, Self.quickIterations)
    quick.initialIterations = nil
    quick.pyramidLevels = 0
    quick.timeLimitSeconds = nil
    quick.gif = nil
    quick.frames = false
    return quick
  }
}
