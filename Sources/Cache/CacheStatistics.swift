/// What one `CacheFolder` has seen since it was made. Every look-up is a hit, a miss or a rejection.
package struct CacheStatistics: Equatable, Sendable {
  package var hits = 0
  /// Look-ups that found no entry.
  package var misses = 0
  /// Look-ups that found an entry which did not check out. They count as misses for the caller.
  package var rejected = 0
  package var stored = 0
  package var failedStores = 0
  /// Why entries were rejected or could not be stored, for a report or a log.
  package var notes: [String] = []
}
