package import Files

/// What to take out of the inbox for one job, and where it goes in the job's directory.
package struct ClaimPlan: Hashable, Codable, Sendable {
  /// One thing taken from the inbox.
  package struct Move: Hashable, Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
      case file
      /// The picture stays in the inbox, because another job waits for it.
      case copy
      case folder
      /// A folder whose `inputs/` become the job's inputs: the folder of a failed job that was moved back.
      case folderWithInputs
    }

    /// The name in the inbox, or in `folder`.
    package var source: FileName
    /// Where the source lies when that is not the inbox itself: a folder in it, by a relative path, or a remembered style's, by
    /// an absolute one.
    package var folder: Path?
    /// Relative to the job directory.
    package var destination: String
    package var kind: Kind
    /// What was looked at; anything else that has come to the name since is left alone.
    package var identity: FileIdentity
    /// The pictures that a folder may hold when it is taken, where others are to be jobs of their own.
    package var pictures: [FileName]?

    package init(
      source: FileName, folder: Path? = nil, destination: String, kind: Kind, identity: FileIdentity,
      pictures: [FileName]? = nil
    ) {
      self.source = source
      self.folder = folder
      self.destination = destination
      self.kind = kind
      self.identity = identity
      self.pictures = pictures
    }
  }

  package var name: String
  package var priority: Int
  /// As in `SidecarSummary`.
  package var preview: Bool?
  package var inputs: JobInputs
  package var moves: [Move]
  /// Nil where no style takes part. A named one that is not among the inputs is still to come from the library.
  package var style: StyleUse?
  /// Why the job cannot be done, when its settings already tell.
  package var fault: String?
  /// What to do about it, where that is not plain.
  package var advice: String?

  package init(
    name: String, priority: Int = 0, preview: Bool? = nil, inputs: JobInputs, moves: [Move], style: StyleUse? = nil,
    fault: String? = nil
  ) {
    self.name = name
    self.priority = priority
    self.preview = preview
    self.inputs = inputs
    self.moves = moves
    self.style = style
    self.fault = fault
  }
}

/// The files a job works from, as paths relative to its directory, with the names that the user gave:
/// `inputs/cat.content.jpg`.
package struct JobInputs: Hashable, Codable, Sendable {
  package var content: String?
  package var style: String?
  package var settings: String?

  package init(content: String? = nil, style: String? = nil, settings: String? = nil) {
    self.content = content
    self.style = style
    self.settings = settings
  }
}
