import Cache
import Files
import Images
import Jobs
import Kernels

/// What a painting's numbers depend on, as keys of the cache: the same key, the same picture to the last bit.
///
/// Not on the number of threads, the memory, or the files' names.
package struct PaintingIdentity {
  /// Of the finished files.
  package let result: CacheKey
  /// Of the search, however many iterations it has at its last size.
  package let search: CacheKey
  /// Of what was asked for, whatever picture `init: nearest` finds and however many iterations there are.
  let request: CacheKey
  /// The key of the picture that the search begins with, where it does with one from the cache.
  let start: String?

  /// Changes when a search would take another way.
  private static let searchVersion = 2

  /// - Parameters:
  ///   - stages: those that are painted.
  ///   - weights: SHA-256 of the network's weights.
  ///   - start: of `init: nearest`; nil for noise where there is none.
  init(
    _ settings: Settings, _ stages: [LadderStep], _ pictures: InputPictures, weights: String, start: String?,
    _ instructionSet: InstructionSet = .best
  ) {
    func key(
      _ subject: String, _ settings: Settings, _ earlier: some Sequence<LadderStep>, written: String = ""
    ) -> CacheKey {
      CacheKey(of: subject) { fields in
        fields.add("program", Version.current)
        fields.add("engine", CachedTargets.engineVersion)
        fields.add("search", Self.searchVersion)
        fields.add("instruction set", instructionSet.rawValue)
        fields.add("weights", weights)
        for role in InputRole.ofSearch { fields.add(role.rawValue, pictures.digest(role) ?? "none") }
        fields.add("shares", pictures.styleShares.map(\.description).joined(separator: " "))
        fields.add("settings", settings.yaml)
        for stage in earlier {
          fields.add("size", stage.size)
          fields.add("iterations", stage.iterations)
        }
        fields.add("start", start ?? "as the settings say")
        fields.add("written", written)
      }
    }
    var begun = settings.ofResult
    if begun.start == .nearest && start == nil { begun.start = .noise }
    // The colours come into the finished picture.
    let written = pictures.writtenDigest(settings) + (pictures.digest(.colourMask).map { "color mask \($0)" } ?? "")
    result = key("result", begun, stages.dropLast(), written: written)
    search = key("search", begun.ofSearch, stages.dropLast())
    request = Self.request(settings, pictures)
    self.start = start
  }

  /// Of a job that begins anew, on the present instruction set.
  ///
  /// - Throws: what is wrong with a picture.
  package init(_ settings: Settings, _ files: Inputs<Path>, weights: String) throws {
    let pictures = try InputPictures(files.map { InputFile(path: $0) }, settings)
    self.init(settings, pictures.stages(of: settings), pictures, weights: weights, start: nil)
  }

  private static func request(_ settings: Settings, _ pictures: InputPictures) -> CacheKey {
    CacheKey(of: "request") { fields in
      for role in InputRole.ofSearch { fields.add(role.rawValue, pictures.digest(role) ?? "none") }
      fields.add("shares", pictures.styleShares.map(\.description).joined(separator: " "))
      fields.add("settings", settings.ofResult.ofSearch.yaml)
    }
  }
}

extension InputRole {
  /// Those that a search depends on.
  fileprivate static let ofSearch = allCases.filter { $0 != .colourMask }
}

extension Settings {
  /// Without what the files don't depend on.
  fileprivate var ofResult: Settings {
    var settings = ofPicture
    let defaults = Settings(task: task)
    switch optimizer {
    case .lbfgs: settings.learningRate = defaults.learningRate
    case .adam:
      (settings.historySize, settings.pyramidLevels) = (defaults.historySize, defaults.pyramidLevels)
    }
    if scales == .none {
      (settings.ladderStyle, settings.initialIterations) = (defaults.ladderStyle, defaults.initialIterations)
      settings.adamWarmStart = defaults.adamWarmStart
    }
    if !stages.contains(where: \.addsDetail) { settings.largeIterations = defaults.largeIterations }
    // What it is, is among the pictures.
    if start.file != nil { settings.start = .noise }
    if [.grey, .content, .style].contains(start), startBlend == 0 { settings.seed = defaults.seed }
    let hasWebPAnimation = gif != nil && animation == .webp
    if output != .jpeg { settings.jpegQuality = defaults.jpegQuality }
    if output != .webp && !hasWebPAnimation { settings.webpQuality = defaults.webpQuality }
    if gif == nil { settings.animation = defaults.animation }
    return settings
  }

  /// Without what the search at each size doesn't depend on either. The width of the animation stays, and so do `frames`: what they
  /// need is kept with the search.
  fileprivate var ofSearch: Settings {
    var settings = self
    let defaults = Settings(task: task)
    settings.iterations = defaults.iterations
    // With none it goes another way; how many there are is only its length.
    settings.largeIterations = settings.largeIterations.map { _ in 1 }
    (settings.output, settings.jpegQuality) = (defaults.output, defaults.jpegQuality)
    (settings.webpQuality, settings.outputDepth) = (defaults.webpQuality, defaults.outputDepth)
    (settings.outputProfile, settings.metadata) = (defaults.outputProfile, defaults.metadata)
    (settings.animation, settings.sideBySide) = (defaults.animation, defaults.sideBySide)
    settings.despeckle = defaults.despeckle
    if preservesColoursAfterwards { settings.preserveColours = defaults.preserveColours }
    settings.gif?.delayMilliseconds = 0
    settings.gif?.holdMilliseconds = 0
    settings.gif?.every = 0
    settings.gif?.bounce = false
    return settings
  }
}
