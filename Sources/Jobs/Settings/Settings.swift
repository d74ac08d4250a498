package import Networks

/// What one job is to paint and how: complete, within its ranges and consistent.
///
/// Starts out as the defaults of a task (`Settings(task:)`); what a person wrote is laid over them by
/// `Settings(validating:)`. The keys are those of the settings file, in the order in which people are shown them.
package struct Settings: Codable, Sendable, Hashable {
  package var task: Task
  /// File name of the photo, or nil for the one that lies beside the settings file.
  package var content: String?
  /// The paintings, or nil for those beside the settings file.
  package var style: OneOrMore<Style>?
  /// How much each of the paintings counts, where `style` does not say it; nil for all alike.
  package var styleWeights: [Double]?
  package var blend = Blend.grams
  /// What becomes of a picture whose file is damaged.
  package var damaged = Damaged.refuse
  /// Whether one photo is painted, or each in the folder.
  package var photos = Photos.one

  package var network = Architecture.vgg16
  package var pooling = Pooling.average
  /// Ordered from the picture towards the deep end; empty for the task `style`.
  package var contentLayers: [WeightedLayer] = []
  /// Ordered from the picture towards the deep end; empty for the task `content`.
  package var styleLayers: [WeightedLayer] = []
  package var contentWeight = 0.0
  package var styleWeight = 0.0
  /// Weight of the total variation; 0 leaves it out, as the lesson does.
  package var tvWeight = 0.0

  /// Long side of the result, in pixels.
  package var size = 512
  /// Long side of the style picture as a multiple of `size`.
  package var styleScale = 1.0
  /// The sizes in which the paintings are looked at, as multiples of that one.
  package var styleScales = [1.0]
  package var scales = Scales.none
  package var start = Start.noise
  package var seed: UInt64 = 0

  package var optimizer = Optimizer.lbfgs
  /// Pairs of steps and gradient changes from which L-BFGS knows the curvature. Each takes 12 bytes a pixel.
  package var historySize = 10
  /// Step of Adam, in units of pixel values 0...255; L-BFGS finds its own.
  package var learningRate = 10.0
  package var iterations = 10
  /// Computations of loss and gradient in one iteration.
  package var evaluationsPerIteration = 20
  /// Stop when one iteration lowers the loss by less than this fraction of it; 0 never does.
  package var tolerance = 0.0

  /// The animation, or nil for none.
  package var gif: GIF? = GIF()
  package var output = OutputFormat.png
  /// 1 to 100, for `output: jpeg`.
  package var jpegQuality = 92

  /// Threads to compute with, or nil for one per usable processor.
  package var threads: Int?
  /// Most memory to use, in bytes, or nil for no limit.
  package var memoryBytes: Int?
  /// Jobs with a higher one go first.
  package var priority = 0
  /// Whether a small picture is painted before the large one, or nil for what the daemon's configuration says.
  package var preview: Bool?
  /// Paint even what has been painted before.
  package var force = false

  /// The defaults of `task`, those of the lesson.
  package init(task: Task = .transfer) {
    self.task = task
    switch task {
    case .transfer:
      contentLayers = [WeightedLayer(4, 2, weight: 1)]
      styleLayers = [
        WeightedLayer(1, 2, weight: 0.05), WeightedLayer(2, 2, weight: 0.2), WeightedLayer(3, 2, weight: 0.2),
        WeightedLayer(4, 2, weight: 0.25), WeightedLayer(5, 2, weight: 0.3),
      ]
      contentWeight = 0.1
      styleWeight = 1
    case .content:
      contentLayers = [WeightedLayer(5, 1, weight: 1)]
      contentWeight = 1
    case .style:
      styleLayers = [WeightedLayer(1, 1, weight: 1), WeightedLayer(2, 1, weight: 1)]
      styleWeight = 1
    }
  }

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case task, content, style
    case styleWeights = "style_weights"
    case blend, photos, damaged
    case network, pooling
    case contentLayers = "content_layers"
    case styleLayers = "style_layers"
    case contentWeight = "content_weight"
    case styleWeight = "style_weight"
    case tvWeight = "tv_weight"
    case size
    case styleScale = "style_scale"
    case styleScales = "style_scales"
    case scales
    case start = "init"
    case seed, optimizer
    case historySize = "history_size"
    case learningRate = "learning_rate"
    case iterations
    case evaluationsPerIteration = "evaluations_per_iteration"
    case tolerance, gif, output
    case jpegQuality = "jpeg_quality"
    case threads
    case memoryBytes = "memory"
    case priority, preview, force
  }
}

extension Settings {
  /// Long side of the style picture for a result of this long side, in pixels.
  package func styleSize(at size: Int) -> Int { styleSize(at: size, scale: 1) }

  /// - Parameter scale: one of `styleScales`.
  package func styleSize(at size: Int, scale: Double) -> Int {
    max(1, Int((styleScale * scale * Double(size)).rounded()))
  }

  /// In the smallest of `styleScales`.
  func smallestStyleSize(at size: Int) -> Int { styleSize(at: size, scale: styleScales.min() ?? 1) }

  /// The random start is uniform in ±this, in units of pixel values 0...255 around the mean colour.
  package var noiseAmplitude: Double { task == .content ? 0.025 : 2.5 }

  /// Computations of loss and gradient at each size.
  package var evaluations: Int { iterations * evaluationsPerIteration }
}
