internal import Files

// Finding the paintings beside the settings file: one, or several with numbers.
extension JobResolution {
  mutating func findPaintings() -> [InboxEntry] {
    let beside = set.pictures[.style]
    let weights = set.settings.styleWeights?.count
    let count = max(weights ?? lastMask, beside.compactMap(\.number).max() ?? 0)
    let hasNumbers = count > 1 || beside.contains { $0.number != nil }
    guard hasNumbers else { return findBeside(.style).map { [$0] } ?? [] }
    if let mistake = mistake(in: beside, count: count, weights: weights) {
      missing.append(mistake)
      return []
    }
    return (1...count).compactMap { number in
      findBeside(.style, number: number, why: why(number, of: count, weights))
    }
  }

  /// The highest number of a mask; 1 where there is none.
  private var lastMask: Int {
    (set.pictures[.mask] + set.pictures[.styleMask]).compactMap(\.number).max().map { max(1, $0) } ?? 1
  }

  /// Why a painting of that number is waited for, where that is not plain.
  private func why(_ number: Int, of count: Int, _ weights: Int?) -> String {
    let last = set.pictures[.style].compactMap(\.number).max() ?? 0
    if number < last { return ", since there is a style\(last)" }
    if weights == nil, number > 1 { return ", since there is a mask of that number" }
    return weights == count && count > 1 ? ", since style_weights has \(count) numbers" : ""
  }

  /// What no further painting could put right.
  private func mistake(in beside: [InboxEntry], count: Int, weights: Int?) -> String? {
    let advice = "of several, each is called \(name(.style, 1)), \(name(.style, 2)) and so on"
    if let plain = beside.first(where: { $0.number == nil }) {
      return "a number in the name of \(plain.name): \(advice)"
    }
    if let zero = beside.first(where: { $0.number == 0 }) { return "another number for \(zero.name): \(advice)" }
    if count > Settings.mostStyles {
      return "fewer paintings: there is a style\(count), and a job may have \(Settings.mostStyles)"
    }
    if let weights, weights < count {
      return "as many style_weights as paintings: there are \(weights), and a style\(count)"
    }
    return nil
  }
}
