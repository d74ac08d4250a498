import Files
import Jobs

extension Settings {
  /// The defaults, with names of pictures and more.
  static func naming(
    content: String? = nil, style: String? = nil, photos: Photos = .one, priority: Int = 0, preview: Bool? = nil
  ) -> Settings {
    var settings = Settings()
    settings.content = content
    settings.style = style.map { OneOrMore([Style($0)]) }
    (settings.photos, settings.priority, settings.preview) = (photos, priority, preview)
    return settings
  }
}

extension JobInputs {
  var content: Path? { files(.content).first }
  var style: Path? { files(.style).first }
}

extension ClaimPlan {
  var style: StyleUse? { inputs.pictures[.style].first?.style }
}
