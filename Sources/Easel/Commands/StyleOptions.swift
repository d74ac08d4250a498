import ArgumentParser

/// What several paintings of a command line count.
struct StyleOptions: ParsableArguments {
  @Option(help: "How much each painting counts, as 2,1 (default: all alike).")
  var styleWeights: String?

  /// As `KEY=VALUE` of settings.
  var settings: [String] { styleWeights.map { ["style_weights=[\($0)]"] } ?? [] }
}
