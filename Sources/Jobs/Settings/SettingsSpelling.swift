/// Finds what a misspelt word was meant to be.
package enum SettingsSpelling {
  /// The candidate that is fewest typing errors away, if those are few for a word of that length; else the one that
  /// begins with the word.
  static func closest(to word: String, among candidates: [String]) -> String? {
    let word = word.lowercased().replacing("-", with: "_")
    let best = candidates.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
    if let best, best.1 <= max(1, word.count / 3) { return best.0 }
    return word.count < 4 ? nil : candidates.first { $0.hasPrefix(word) }
  }

  /// Letters inserted, left out, replaced or swapped with their neighbour (the restricted Damerau-Levenshtein distance).
  package static func distance(_ first: String, _ second: String) -> Int {
    let first = Array(first.prefix(64))
    let second = Array(second)
    var rows = [Array(0...second.count)]
    for (i, letter) in first.enumerated() {
      var row = [i + 1]
      for (j, other) in second.enumerated() {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter == other ? 0 : 1))
        if i > 0, j > 0, letter == second[j - 1], first[i - 1] == other {
          cost = min(cost, rows[i - 1][j - 1] + 1)
        }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[first.count][second.count]
  }
}
