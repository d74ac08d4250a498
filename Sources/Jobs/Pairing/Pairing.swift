internal import Files

/// Sorts what lies in the inbox into jobs.
///
/// A job is `NAME.content.jpg` + `NAME.style.png` + `NAME.yaml`, or a folder of such files. A settings file may name
/// its pictures instead, or need only one. Pure: the same entries at the same time give the same answer.
package struct Pairing: Hashable, Sendable {
  /// In the order in which they became complete.
  package private(set) var jobs: [PairedJob] = []
  package private(set) var leftovers: [Leftover] = []
  /// When the answer may change although nothing in the inbox does.
  package private(set) var nextChange: Duration?

  /// - Parameters:
  ///   - entries: what the last look found.
  ///   - now: the time of that look, on the clock of `InboxEntry.settledAt`.
  ///   - grace: how long two pictures wait for a settings file before they run with the defaults.
  package init(entries: [InboxEntry], now: Duration, grace: Duration) {
    let moment = Moment(now: now, grace: grace)
    pair(entries, in: nil, moment)
    for entry in entries {
      guard case .presetFolder(let inside, let defaults) = entry.kind else { continue }
      pair(inside, in: PresetFolder(name: entry.name, defaults: defaults), moment)
    }
  }

  /// - Parameter presetFolder: that the entries lie in, if that is not the inbox itself.
  private mutating func pair(_ entries: [InboxEntry], in presetFolder: PresetFolder?, _ moment: Moment) {
    let sets = JobSet.sets(in: entries, of: presetFolder)
    var pictures = SharedPictures(entries: entries, sets: sets)
    for (index, set) in sets.enumerated() {
      let resolved = JobResolution(set: set, index: index, pictures: pictures, moment: moment)
      let state = resolved.state
      if state.isReady { pictures.release(by: index) }
      resolved.nextChange.map { noteChange($0) }
      jobs.append(
        PairedJob(
          name: set.placed(set.jobName.text), files: set.files.map { set.placed($0.name.description) }, state: state,
          problems: resolved.problems, hints: resolved.hints))
      // What goes with a folder is told before it goes.
      for file in resolved.unused { leave(file, in: set.folder?.name, presetFolder, state.isReady ? nil : moment) }
    }
    for entry in entries {
      switch entry.kind {
      case .refused: leftovers.append(Leftover(entry, of: presetFolder))
      case .file where !pictures.isUsed(entry): leave(entry, presetFolder, moment)
      case .file, .folder, .presetFolder: break
      }
    }
  }

  /// - Parameter moment: nil when it is too late for settings that need the file.
  private mutating func leave(
    _ entry: InboxEntry, in folder: FileName? = nil, _ presetFolder: PresetFolder?, _ moment: Moment?
  ) {
    if let moment, FileRole.isPicture(entry.name), folder != nil || entry.problem == nil {
      // The settings that name it may still be on their way.
      guard let settledAt = entry.settledAt else { return }
      guard moment.isOver(settledAt) else { return noteChange(settledAt + moment.grace) }
    }
    leftovers.append(Leftover(entry, in: folder, of: presetFolder))
  }

  private mutating func noteChange(_ time: Duration) { nextChange = min(time, nextChange ?? time) }
}

/// A folder of the inbox that is called like a preset.
struct PresetFolder: Hashable {
  var name: FileName
  /// The settings of jobs in it that come without any.
  var defaults: Settings
}

/// The time of a look, and how long things are waited for that may come or not.
struct Moment {
  var now: Duration
  var grace: Duration

  /// Whether what is complete since then has waited long enough.
  func isOver(_ settledAt: Duration) -> Bool { now >= settledAt + grace }
}

extension PairedJob.State {
  package var isReady: Bool {
    if case .ready = self { true } else { false }
  }
}
