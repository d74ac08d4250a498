internal import Files
internal import Foundation

/// The cache's entries, for people and for programs.
package struct CacheListing {
  private let cache: CacheFolder
  private let entries: [Entry]

  private struct Entry: Encodable {
    var kind: String
    var key: String
    var path: Path
    var bytes: Int
    var storedAt: Date
    var usedAt: Date
    var hits: Int
    /// Where it comes from, in words.
    var from: String
  }

  package init(_ cache: CacheFolder) {
    self.cache = cache
    entries = cache.entries().map { entry in
      Entry(
        kind: entry.kind.rawValue, key: entry.key.description, path: entry.path, bytes: entry.bytes,
        storedAt: entry.storedAt, usedAt: entry.usedAt, hits: entry.hits,
        from: Self.origin(cache.header(of: entry).map(CacheFolder.facts) ?? [:]))
    }
  }

  private static func origin(_ facts: [String: String]) -> String {
    ["name", "picture", "size", "layer", "iterations"].compactMap { key in
      facts[key].map { FileName($0).description + (key == "iterations" ? " iterations" : "") }
    }.joined(separator: " ")
  }

  package var json: String {
    get throws { try JSON.text(entries) }
  }

  package var text: String {
    let total = entries.reduce(0) { $0 + $1.bytes }
    let sum =
      "\(entries.count) entries, \(ByteSize(bytes: total).words) of \(ByteSize(bytes: cache.budgetBytes).words) in \(cache.directory)"
    let rows = entries.map { entry in
      [
        entry.kind, ByteSize(bytes: entry.bytes).words, Self.age(entry.storedAt), Self.age(entry.usedAt),
        "\(entry.hits)",
        String(entry.key.prefix(8)), entry.from,
      ]
    }
    return entries.isEmpty
      ? sum : (Self.table([["KIND", "SIZE", "AGE", "UNUSED", "HITS", "KEY", "FROM"]] + rows) + sum)
  }

  /// Columns as wide as their widest cell.
  private static func table(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      let cells = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      return cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces) + "\n"
    }.joined()
  }

  private static func age(_ date: Date) -> String {
    let seconds = max(0, -date.timeIntervalSinceNow)
    let units = [(86_400.0, "d"), (3600.0, "h"), (60.0, "min")]
    guard let (unit, name) = units.first(where: { seconds >= $0.0 }) else { return "\(Int(seconds)) s" }
    return "\(Int(seconds / unit)) \(name)"
  }
}
