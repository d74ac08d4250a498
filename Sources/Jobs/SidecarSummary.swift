/// The little that pairing must know of a job's settings file.
package struct SidecarSummary: Hashable, Sendable {
  /// How a job comes by one of its pictures.
  package enum Source: Hashable, Sendable {
    /// The picture lies beside the settings file, under the job's own name.
    case beside
    /// The settings file names the picture: a plain file name, in the job's folder or in the inbox.
    case named(String)
    /// The style is a remembered one, of this name.
    case remembered(String)
    /// The job needs no such picture: its task has no use for one.
    case notNeeded
  }

  package var content: Source
  package var style: Source
  /// Each photo in the folder is a job of its own.
  package var takesAllPhotos: Bool
  /// Jobs with a higher one go first.
  package var priority: Int
  /// Whether a small picture is wanted first; nil leaves it to the daemon's configuration.
  package var preview: Bool?

  package init(
    content: Source = .beside, style: Source = .beside, takesAllPhotos: Bool = false, priority: Int = 0,
    preview: Bool? = nil
  ) {
    self.content = content
    self.style = style
    self.takesAllPhotos = takesAllPhotos
    self.priority = priority
    self.preview = preview
  }
}

/// A settings file as pairing sees it.
package enum Sidecar: Hashable, Sendable {
  case valid(SidecarSummary)
  /// The settings cannot be used; the job fails with this reason.
  case invalid(reason: String)
}
