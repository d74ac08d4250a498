import Jobs

extension Sidecar {
  /// Reads a settings file for pairing; `name` is what errors call it.
  init(reading text: String, of name: String) {
    do {
      let settings = try Settings(validating: SettingsDocument(parsing: text.utf8, source: name))
      self = .valid(SidecarSummary(settings))
    } catch {
      self = .invalid(reason: "\(error)")
    }
  }
}

extension SidecarSummary {
  init(_ settings: Settings) {
    self.init(
      content: settings.task.usesContent ? Self.source(settings.content) : .notNeeded,
      style: settings.task.usesStyle ? Self.source(settings.style) : .notNeeded,
      priority: settings.priority, preview: settings.preview)
  }

  /// What does not end like a picture is the name of a remembered style.
  private static func source(_ name: String?) -> Source {
    guard let name else { return .beside }
    return FileRole.isPicture(FileName(name)) ? .named(name) : .notNeeded
  }
}
