/// Sorts what lies in the inbox into jobs.
///
/// A job is `NAME.content.jpg` + `NAME.style.png` + `NAME.yaml`, or a folder of such files. A settings file may name its
/// pictures instead, or need only one. Pure: the same entries at the same time give the same answer.
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
    let sets = JobSet.sets(in: entries)
    var pictures = SharedPictures(entries: entries, sets: sets)
    for (index, set) in sets.enumerated() {
      let resolved = JobResolution(set: set, index: index, pictures: pictures)
      let state = resolved.state(now: now, grace: grace)
      if case .ready = state { pictures.release(by: index) }
      if let change = resolved.nextChange(now: now, grace: grace) { nextChange = min(change, nextChange ?? change) }
      jobs.append(
        PairedJob(
          name: set.jobName.text, files: set.files.map(\.name.description), state: state, problems: resolved.problems))
    }
    leftovers = entries.compactMap { pictures.leftover($0) }
  }
}
