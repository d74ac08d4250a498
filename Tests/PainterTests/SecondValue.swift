import Jobs
import Networks

/// A second value of a key, for tests over all keys: two jobs that differ in one of them.
struct SecondValue {
  /// Settings with which the key has an effect.
  var base = ""
  /// Nil where there is only one valid value.
  var value: String?
  /// Whether one search serves both values, as where only the written files differ.
  var sharesSearch = false
  /// Why the picture is the same for both values; nil where it is another.
  var samePicture: String?

  /// What changes the picture.
  static func other(_ value: String?, base: String = "", sharesSearch: Bool = false) -> SecondValue {
    SecondValue(base: base, value: value, sharesSearch: sharesSearch)
  }

  static func same(_ value: String, base: String = "", because reason: String) -> SecondValue {
    SecondValue(base: base, value: value, sharesSearch: true, samePicture: reason)
  }

  /// Settings that are painted in a moment, under all others here.
  static let quick = """
    {preset: lesson-transfer, size: 48, iterations: 2, evaluations_per_iteration: 3, gif: false, threads: 1}
    """

  /// - Parameter second: whether with the second value.
  func settings(_ key: Settings.CodingKeys, second: Bool) throws -> Settings {
    var document = try SettingsDocument(parsing: Self.quick.utf8, source: "quick")
    document = document.overlaid(by: try SettingsDocument(parsing: base.utf8, source: "base"))
    if second, let value {
      document = document.overlaid(
        by: try SettingsDocument(parsing: "\(key.rawValue): \(value)".utf8, source: "second"))
    }
    return try Settings(validating: document)
  }

  static let all: [Settings.CodingKeys: SecondValue] = [
    .task: .other("content"),
    .content: .same("other.jpg", because: "pixels count, not names"),
    .style: .same("other.jpg", because: "pixels count, not names"),
    .styleWeights: .same("[2]", because: "of one painting the share is all"),
    .blend: .other("losses", base: "style_scales: [1, 0.5]"),
    .contentMask: .same("mask.png", because: "pixels count, not names"),
    .photos: .same("all", because: "each photo is a job of its own"),
    .styles: .same("each", because: "each painting is a job of its own"),
    .damaged: .same("paint", because: "pixels count, grey ones too"),
    .background: .same("keep", because: "pixels count, and how opaque they are"),
    .network: .other("vgg19"),
    .pooling: .other("max"),
    .padding: .other("reflect"),
    .contentLayers: .other("[block3_conv1]"),
    .styleLayers: .other("[block1_conv1, block2_conv1]"),
    .balance: .other("true"),
    .strength: .other("0.8"),
    .recolour: .other("1"),
    .layerWeights: .other("geometric"),
    .contentWeight: .other("0.5"),
    .contentLoss: .other("sqrt"),
    .contentDetail: .other("1"),
    .styleWeight: .other("3"),
    .styleLoss: .other("covariance"),
    .gramShift: .other("-1"),
    .tvWeight: .other("1"),
    .tvLoss: .other("l1", base: "tv_weight: 10"),
    .tvPower: .other("1.25", base: "tv_weight: 10"),
    .normalizeGradients: .other("true", base: "optimizer: adam"),
    .size: .other("56"),
    .styleScale: .other("0.5"),
    .styleScales: .other("[1, 0.5]"),
    .scales: .other("[32]"),
    .ladderStyle: .other("full", base: "scales: [32]"),
    .start: .other("content"),
    .startBlend: .other("0.5", base: "init: content"),
    .seed: .other("7"),
    .optimizer: .other("adam"),
    .historySize: .other("1", base: "{iterations: 4}"),
    .pyramidLevels: .other("1"),
    .learningRate: .other("3", base: "optimizer: adam"),
    .average: .other("0.9", base: "optimizer: adam"),
    .adamWarmStart: .other("true", base: "{optimizer: adam, scales: [32]}"),
    .iterations: .other("3", sharesSearch: true),
    .initialIterations: .other("1", base: "scales: [32]"),
    .largeIterations: .other("1", base: "{scales: [32], size: 513}"),
    .evaluationsPerIteration: .other("4"),
    .tolerance: .other("0.99", base: "iterations: 4"),
    .timeLimitSeconds: .same("1h", because: "what it cuts short is not kept, and all else is the same without it"),
    .despeckle: .other("true", sharesSearch: true),
    .preserveColours: .other("luminance", sharesSearch: true),
    .colourMask: .same("mask.png", base: "preserve_colors: luminance", because: "pixels count, not names"),
    .gif: .other("{width: 32}"),
    .animation: .other("apng", base: "gif: {width: 32}", sharesSearch: true),
    .frames: .other("true"),
    .sideBySide: .other("true", sharesSearch: true),
    .output: .other("jpeg", sharesSearch: true),
    .jpegQuality: .other("40", base: "output: jpeg", sharesSearch: true),
    .webpQuality: .other("40", base: "output: webp", sharesSearch: true),
    .outputDepth: .other("16", sharesSearch: true),
    .outputProfile: .other("display-p3", sharesSearch: true),
    .metadata: .other("keep", sharesSearch: true),
    .threads: .same("2", because: "results do not depend on threads"),
    .memoryBytes: .same("1G", because: "results do not depend on memory"),
    .priority: .same("3", because: "it changes the order only"),
    .preview: .same("true", because: "the job is as if there had been none"),
    .force: .same("true", because: "the same is painted anew"),
  ]
}
