package import Files

/// What to take out of the inbox for one job, and where it goes in the job's directory.
package struct ClaimPlan: Hashable, Sendable {
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
    /// All that a folder held at the look: with anything else in it, it is looked at again.
    package var names: [FileName]?

    package init(
      source: FileName, folder: Path? = nil, destination: String, kind: Kind, identity: FileIdentity,
      names: [FileName]? = nil
    ) {
      self.source = source
      self.folder = folder
      self.destination = destination
      self.kind = kind
      self.identity = identity
      self.names = names
    }
  }

  package var name: String
  /// As they were read from the settings file, or the defaults.
  package var settings: Settings
  package var inputs: JobInputs
  package var moves: [Move]
  /// The folder that is called like a preset, if it comes from one.
  package var presetFolder: FileName?
  /// Why the job cannot be done, where its settings already tell.
  package var fault: JobFault?
  /// The jobs that come of it, where each of its photos is painted in each of its paintings.
  package var batch: Batch?

  package init(
    name: String, settings: Settings = Settings(), inputs: JobInputs, moves: [Move], presetFolder: FileName? = nil,
    fault: JobFault? = nil
  ) {
    self.name = name
    self.settings = settings
    self.inputs = inputs
    self.moves = moves
    self.presetFolder = presetFolder
    self.fault = fault
  }
}

/// Why a job cannot be done as it is, found out before it is begun.
package struct JobFault: Hashable, Codable, Sendable {
  package var message: String
  /// What to do about it, where that is not plain.
  package var advice: String?

  package init(_ message: String, advice: String? = nil) {
    self.message = message
    self.advice = advice
  }
}
