internal import Files
internal import Glibc
internal import Jobs

// Undoing a claim.
extension Spool {
  /// Puts everything back where it was and removes the job. What cannot go back, because its name is taken by now, stays:
  /// then the job is `failed`, for `publish` to put its inputs where people find them.
  func giveBack(_ job: inout SpooledJob, to inbox: Path, because reason: any Error) throws {
    var isEmpty = true
    // The last first: what was copied to a folder's files must not go back with the folder.
    for move in (job.record.claim?.moves ?? []).reversed() {
      var isBack = false
      let hasFolder = try withSource(of: move, in: inbox) { isBack = try giveBack(move, of: job.directory, to: $0) }
      if !hasFolder { isBack = isGone(move, from: job.directory) }
      isEmpty = isBack && isEmpty
    }
    guard !isEmpty else { return try remove(job.directory) }
    try job.update { record in
      record.state = .failed
      record.claim = nil
      record.message = "its files changed while they were being taken from the inbox: \(reason)"
      record.advice = "Move this folder back into the inbox to try again."
    }
  }

  /// Where the folder that it lay in has vanished, what was taken has to stay, and copies may stay with it.
  private func isGone(_ move: ClaimPlan.Move, from directory: JobDirectory) -> Bool {
    move.kind == .copy || FileStatus(directory.path.appending(move.destination)) == nil
  }

  /// Returns whether nothing of it is left in the job.
  private func giveBack(_ move: ClaimPlan.Move, of directory: JobDirectory, to source: Path) throws -> Bool {
    switch move.kind {
    case .copy:
      try FileSystem.remove(directory.path.appending(move.destination))
      return true
    case .file:
      let taken = directory.path.appending(move.destination)
      return try dropCopy(taken, of: source, move) || giveBack(taken, to: source)
    case .folder, .folderWithInputs:
      let dropped = directory.path.appending("dropped")
      if FileStatus(dropped) != nil { return try dropCopy(dropped, of: source, move) || giveBack(dropped, to: source) }
      let inputs = directory.inputsPath
      guard try !inputs.names().isEmpty else { return true }
      return try giveBack(inputs, to: source)
    }
  }

  /// Removes what was copied from another file system while the original is still whole; false when it is not.
  private func dropCopy(_ taken: Path, of source: Path, _ move: ClaimPlan.Move) throws -> Bool {
    guard let status = FileStatus(taken), !status.identity.isSameInode(as: move.identity),
      try FileSystem.hasAllNames(source, of: taken)
    else { return false }
    try FileSystem.remove(taken)
    return true
  }

  private func giveBack(_ taken: Path, to source: Path) throws -> Bool {
    guard FileStatus(taken) != nil else { return true }
    do throws(FileError) {
      try FileSystem.moveToFreeName(taken, source)
      return true
    } catch {
      switch error.code {
      case EEXIST: return false
      case EXDEV:
        guard FileStatus(source) == nil else { return false }
        try FileSystem.copy(taken, source)
        try FileSystem.remove(taken)
        return true
      default: throw error
      }
    }
  }
}
