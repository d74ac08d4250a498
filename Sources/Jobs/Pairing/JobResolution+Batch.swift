internal import Files

// Finding the photos and paintings of which every combination is painted.
extension JobResolution {
  /// - Parameter wanted: what is missing where there are none, for people.
  mutating func findEach(_ pictures: [InboxEntry], _ wanted: String) -> [InboxEntry] {
    if pictures.isEmpty { missing.append(wanted) }
    for picture in pictures where picture.name.text == nil { missing.append("a name in UTF-8 for \(picture.name)") }
    return pictures
  }

  /// What no further picture could put right.
  mutating func checkBatch() {
    checkNumbers()
    let (photos, paintings) = (max(1, found[.content].count), found[.style].count)
    if paintings > Settings.mostStyles {
      missing.append("fewer paintings: there are \(paintings), and a job may have \(Settings.mostStyles)")
    } else if photos * paintings > Batch.mostCells {
      missing.append(
        "fewer pictures: \(photos) photos in \(paintings) paintings would be \(photos * paintings) jobs, and a folder may "
          + "have \(Batch.mostCells)")
    }
  }
}

extension JobResolution {
  /// Masks belong to paintings by their numbers, which are then those of the paintings' names too.
  private mutating func checkNumbers() {
    let masks = set.pictures[.mask] + set.pictures[.styleMask]
    guard set.settings.style == nil, let mask = masks.first(where: { $0.number != nil }) else { return }
    for (index, painting) in found[.style].enumerated() where painting.entry?.number != index + 1 {
      missing.append(
        "paintings called \(name(.style, 1)), \(name(.style, 2)) and so on without a gap, since \(mask.name) has a number"
      )
      return
    }
  }
}

extension JobSet {
  /// The pictures that are called paintings, in the order of their names and numbers.
  var paintings: [InboxEntry] {
    // One that stays empty, or is a link, goes with the folder and holds up none of the others.
    pictures[.style].filter { !$0.isHopeless }.sorted { left, right in
      let (leftJob, rightJob) = (left.job, right.job)
      return leftJob == rightJob
        ? (left.number ?? 0, left.name) < (right.number ?? 0, right.name) : FileName(leftJob) < FileName(rightJob)
    }
  }
}

extension InboxEntry {
  /// The `cat` of `cat.style2.jpg`.
  fileprivate var job: String { if case .input(_, let job, _) = FileRole(name) { job } else { "" } }
}
