internal import Files

// Finding the pictures that a job can do without: they are taken along where they are there.
extension JobResolution {
  /// Those beside, for the paintings whose masks the settings do not name.
  mutating func findMasks(_ role: InputRole) -> [Found] {
    let beside = set.pictures[role]
    // As long as a painting is missing, nobody knows how many there are.
    guard missing.isEmpty, !beside.isEmpty else { return [] }
    let paintings = found[.style].count
    for mask in beside where fault == nil {
      if let mistake = mistake(in: mask, role, paintings: paintings) { fault = JobFault("\(mask.name): \(mistake)") }
    }
    let masks = beside.map { Found(entry: $0, painting: $0.number ?? 1) }
    for (painting, alike) in Dictionary(grouping: found[role] + masks, by: \.painting).sorted(by: {
      ($0.key ?? 1) < ($1.key ?? 1)
    })
    where alike.count > 1 {
      let names = FileName.distinct(alike.compactMap(\.entry?.name)).joined(separator: ", ")
      fault = JobFault("painting \(painting ?? 1) has \(alike.count) \(role) pictures: \(names); keep one")
    }
    return masks
  }

  private func mistake(in mask: InboxEntry, _ role: InputRole, paintings: Int) -> String? {
    if mask.number == nil, paintings > 1 {
      return
        "of \(paintings) paintings each \(role) has its painting's number: \(name(role, 1)), \(name(role, 2)) and so on"
    }
    guard let number = mask.number, !(1...max(1, paintings)).contains(number) else { return nil }
    let there = paintings == 1 ? "there is 1 painting" : "there are \(paintings) paintings"
    return "it is the \(role) of painting \(number), and \(there); give it the number of one of them"
  }

  /// A picture to begin with goes before noise and the photo, which nobody need have asked for, but before nothing else.
  mutating func checkStart() {
    let start = set.settings.start
    guard let picture = set.pictures[.initial].first, start != .noise, start != .content, start.file == nil
    else { return }
    fault = JobFault(
      "\(picture.name) is a picture to begin with, and \(set.whoSaysSo) says init: \(start.text); leave one of the two out"
    )
  }
}
