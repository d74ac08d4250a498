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

    /// The name in the inbox.
    package var source: FileName
    /// Relative to the job directory.
    package var destination: String
    package var kind: Kind
    /// What was looked at; anything else that has come to the name since is left alone.
    package var identity: FileIdentity

    package init(source: FileName, destination: String, kind: Kind, identity: FileIdentity) {
      self.source = source
      self.destination = destination
      self.kind = kind
      self.identity = identity
    }
  }

  package var name: String
  package var priority: Int
  /// As in `SidecarSummary`.
  package var preview: Bool?
  package var inputs: JobInputs
  package var moves: [Move]
  /// Why the job cannot be done, when its settings already tell.
  package var fault: String?

  package init(
    name: String, priority: Int = 0, preview: Bool? = nil, inputs: JobInputs, moves: [Move], fault: String? = nil
  ) {
    self.name = name
    self.priority = priority
    self.preview = preview
    self.inputs = inputs
    self.moves = moves
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
