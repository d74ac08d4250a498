import Cache
import Images
import Jobs
import Kernels

/// What a painting's numbers depend on, as keys of the cache: the same key, the same picture to the last bit.
///
/// Not on the number of threads, the memory, or the files' names.
struct PaintingIdentity {
  /// Of the finished files.
  let result: CacheKey
  /// Of the search, however many iterations it has at its last size.
  let search: CacheKey

  /// Changes when a search would take another way.
  private static let searchVersion = 2

  /// - Parameter weights: SHA-256 of the network's weights.
  init(_ settings: Settings, _ pictures: InputPictures, weights: String, _ instructionSet: InstructionSet) {
    func common(_ fields: inout CacheKey.Fields) {
      fields.add("engine", CachedTargets.engineVersion)
      fields.add("search", Self.searchVersion)
      fields.add("instruction set", instructionSet.rawValue)
      fields.add("weights", weights)
      fields.add("content", pictures.content?.digest ?? "none")
      fields.add("style", pictures.style?.digest ?? "none")
    }
    result = CacheKey(of: "result") { fields in
      common(&fields)
      fields.add("settings", settings.ofResult.yaml)
    }
    search = CacheKey(of: "search") { fields in
      common(&fields)
      fields.add("settings", settings.ofSearch.yaml)
      for stage in settings.stages.dropLast() {
        fields.add("size", stage.size)
        fields.add("iterations", stage.iterations)
      }
    }
  }
}

extension Settings {
  /// Without what the files don't depend on.
  fileprivate var ofResult: Settings {
    var settings = self
    let defaults = Settings(task: task)
    (settings.content, settings.style) = (nil, nil)
    (settings.threads, settings.memoryBytes) = (nil, nil)
    (settings.priority, settings.force) = (defaults.priority, defaults.force)
    settings.preview = defaults.preview
    return settings
  }

  /// Without what the search at each size doesn't depend on either. The width of the animation stays: its frames are kept with
  /// the search.
  fileprivate var ofSearch: Settings {
    var settings = ofResult
    let defaults = Settings(task: task)
    settings.iterations = defaults.iterations
    (settings.output, settings.jpegQuality) = (defaults.output, defaults.jpegQuality)
    settings.gif?.delayMilliseconds = 0
    settings.gif?.holdMilliseconds = 0
    return settings
  }
}

extension InputPictures.Picture {
  /// SHA-256 of the size and the pixels as they were read.
  var digest: String {
    CacheKey(of: "picture") { fields in
      fields.add("size", [original.image.width, original.image.height])
      fields.add("pixels", bytes: original.image.pixels)
    }.description
  }
}
