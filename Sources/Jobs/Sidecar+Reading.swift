internal import Files

extension Sidecar {
  /// Reads a settings file for pairing; `name` is what errors call it.
  package init(reading text: String, of name: String) {
    do {
      let settings = try Settings(validating: SettingsDocument(parsing: text.utf8, source: name))
      self = .valid(SidecarSummary(settings))
    } catch {
      self = .invalid(reason: "\(error)")
    }
  }
}

extension SidecarSummary {
  package init(_ settings: Settings) {
    self.init(
      content: settings.task.usesContent ? settings.content.map(Source.named) ?? .beside : .notNeeded,
      style: settings.task.usesStyle ? settings.style.map(Self.style) ?? .beside : .notNeeded,
      takesAllPhotos: settings.contents == .all, priority: settings.priority, preview: settings.preview)
  }

  /// What does not end like a picture is the name of a remembered style.
  private static func style(_ name: String) -> Source {
    FileRole.isPicture(FileName(name)) ? .named(name) : .remembered(name)
  }
}
