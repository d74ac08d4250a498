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
  /// What becomes of the transparent parts of pictures.
  package var background = Background.white
  /// File name of a picture that is white where the photo stays as it is, or nil for the one beside, if there is one.
  package var contentMask: String?
  /// Whether one photo is painted, or each in the folder.
  package var photos = Photos.one
  /// Whether several paintings are mixed into one picture, or each is painted in alone.
  package var styles = Styles.mixed

  package var network = Architecture.vgg16
  package var pooling = Pooling.average
  /// Around the picture.
  package var padding = Padding.zero
  /// Ordered from the picture towards the deep end; empty for the task `style`.
  package var contentLayers: [WeightedLayer] = []
  /// Ordered from the picture towards the deep end; empty for the task `content`.
  package var styleLayers: [WeightedLayer] = []
  /// Whether weights are shares: each loss is divided by what there is of its target to be matched.
  package var balance = false
  /// From photo to painting, 0 to 1; at a half, weights are what they say.
  package var strength = 0.5
  /// How much of the paintings' colours the photo takes before it is painted, 0 to 1.
  package var recolour = 0.0
  /// Whether layers weigh what they are given, or what their depth says.
  package var layerWeights = LayerWeights.given
  package var contentWeight = 0.0
  package var contentLoss = ContentLoss.mse
  /// How much more the photo counts where it has detail than where it is empty, 0 to 1.
  package var contentDetail = 0.0
  package var styleWeight = 0.0
  package var styleLoss = StyleLoss.gram
  /// Added to features before their Gram matrix is made.
  package var gramShift = 0.0
  /// Weight of the total variation; 0 leaves it out, as the lesson does.
  package var tvWeight = 0.0
  package var tvLoss = VariationLoss.l2
  /// Of what `tvLoss` makes of a pixel's differences.
  package var tvPower = 1.0
  /// Whether each loss pulls as strongly as its weight says, however large it is.
  package var normalizeGradients = false

  /// Long side of the result, in pixels.
  package var size = 512
  /// Long side of the style picture as a multiple of `size`.
  package var styleScale = 1.0
  /// The sizes in which the paintings are looked at, as multiples of that one.
  package var styleScales = [1.0]
  package var scales = Scales.none
  /// How much of the style's weight counts on the way up a ladder.
  package var ladderStyle = LadderStyle.late
  package var start = Start.noise
  /// How much noise is mixed into what the search begins with, where that is a picture: 0 to 1.
  package var startBlend = 0.0
  package var seed: UInt64 = 0

  package var optimizer = Optimizer.lbfgs
  /// Pairs of steps and gradient changes from which L-BFGS knows the curvature. Each takes 12 bytes a pixel.
  package var historySize = 10
  /// Halvings of the picture whose levels L-BFGS searches over; 0 for its pixels.
  package var pyramidLevels = 0
  /// Step of Adam, in units of pixel values 0...255; L-BFGS finds its own.
  package var learningRate = 10.0
  /// What each step of Adam leaves of the average of its points, which is what is shown; 0 shows the points themselves.
  package var average = 0.0
  /// Whether Adam goes on at the next size of a ladder with what it has learned at the one before.
  package var adamWarmStart = false
  package var iterations = 10
  /// Iterations at the smallest of several sizes, or nil for as many as at the others.
  package var initialIterations: Int?
  /// The most iterations at each size above 512 pixels that follows a smaller one, which then are over pixels; nil for as many as at the
  /// others, over a pyramid where these are.
  package var largeIterations: Int?
  /// Computations of loss and gradient in one iteration.
  package var evaluationsPerIteration = 20
  /// Stop when one iteration lowers the loss by less than this fraction of it; 0 never does.
  package var tolerance = 0.0
  /// The longest that a painting may take until its picture is written, in seconds, or nil for no limit.
  package var timeLimitSeconds: Double?

  /// Whether single pixels of other colours than all around them are taken out of the result.
  package var despeckle = false
  /// Whether the result keeps the photo's colours, and how.
  package var preserveColours = PreserveColours.none
  /// File name of a picture that is white where it does, or nil for the one beside, if there is one.
  package var colourMask: String?
  /// The animation, or nil for none.
  package var gif: GIF? = GIF()
  package var animation = AnimationFormat.gif
  /// Whether the picture after each iteration is written too.
  package var frames = false
  /// Whether a picture of photo, painting and result in a row is written too.
  package var sideBySide = false
  package var output = OutputFormat.png
  /// 1 to 100, for `output: jpeg`.
  package var jpegQuality = 92
  /// 1 to 100, or nil for lossless; for WebP.
  package var webpQuality: Int?
  /// Bits a channel of the result, 8 or 16.
  package var outputDepth = 8
  package var outputProfile = OutputColours.sRGB
  package var metadata = Metadata.strip

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
    case blend
    case contentMask = "content_mask"
    case photos, styles, damaged, background
    case network, pooling, padding
    case contentLayers = "content_layers"
    case styleLayers = "style_layers"
    case balance, strength
    case recolour = "recolor"
    case layerWeights = "layer_weights"
    case contentWeight = "content_weight"
    case contentLoss = "content_loss"
    case contentDetail = "content_detail"
    case styleWeight = "style_weight"
    case styleLoss = "style_loss"
    case gramShift = "gram_shift"
    case tvWeight = "tv_weight"
    case tvLoss = "tv_loss"
    case tvPower = "tv_power"
    case normalizeGradients = "normalize_gradients"
    case size
    case styleScale = "style_scale"
    case styleScales = "style_scales"
    case scales
    case ladderStyle = "ladder_style"
    case start = "init"
    case startBlend = "init_blend"
    case seed, optimizer
    case historySize = "history_size"
    case pyramidLevels = "pyramid_levels"
    case learningRate = "learning_rate"
    case average
    case adamWarmStart = "adam_warm_start"
    case iterations
    case initialIterations = "initial_iterations"
    case largeIterations = "large_iterations"
    case evaluationsPerIteration = "evaluations_per_iteration"
    case tolerance
    case timeLimitSeconds = "time_limit"
    case despeckle
    case preserveColours = "preserve_colors"
    case colourMask = "color_mask"
    case gif, animation, frames
    case sideBySide = "side_by_side"
    case output
    case jpegQuality = "jpeg_quality"
    case webpQuality = "webp_quality"
    case outputDepth = "output_depth"
    case outputProfile = "output_profile"
    case metadata
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

  /// Whether the photo's colours come into the finished picture, and not into the search.
  package var preservesColoursAfterwards: Bool { preserveColours == .luminance || preserveColours == .matchAfter }

  /// Computations of loss and gradient at each size.
  package var evaluations: Int { iterations * evaluationsPerIteration }
}
