package import Files
package import FoundationEssentials

/// What an entry of the cache is.
package enum EntryKind: String, CaseIterable, Sendable {
  /// Numbers that a picture's losses are measured against: a style's Gram matrix, a content's activations, of one layer.
  case targets
  /// Finished pictures with their animations and reports.
  case results
  /// The state in which a search ended: it can be gone on from.
  case searches
}

/// An entry as it lies on the disk, without its tensors.
package struct CacheEntry: Sendable {
  package let kind: EntryKind
  package let key: CacheKey
  package let path: Path
  /// Of the file.
  package let bytes: Int
  package let storedAt: Date
  /// When it was stored or found last.
  package let usedAt: Date
  /// How often it was found.
  package let hits: Int
}
