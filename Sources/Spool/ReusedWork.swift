internal import Files

/// Work of earlier jobs that a job took from the cache, as `report.json` tells it under `reused`.
package struct ReusedWork: Codable, Sendable {
  package enum Kind: String, Codable, CaseIterable, Sendable {
    /// All: the same pictures and settings were painted before.
    case result
    /// The same search with fewer iterations.
    case search
    /// A picture to begin with, of other settings.
    case picture
  }
  package var kind: Kind
  /// The entry's in the cache.
  package var key: String
  /// Of the report's evaluations, those that were done before.
  package var evaluations: Int
  /// The job that painted the picture.
  package var name: String?
  /// The entry of the picture that the search began with, where it did with one from the cache.
  package var start: String?

  package init(kind: Kind, key: String, evaluations: Int, name: String? = nil, start: String? = nil) {
    self.kind = kind
    self.key = key
    self.evaluations = evaluations
    self.name = name
    self.start = start
  }

  /// For people.
  package var words: String {
    switch kind {
    case .result: "painted before, as \(printedName)"
    case .search: "went on from \(evaluations) evaluations of an earlier run"
    case .picture: "began with the picture of \(printedName)"
    }
  }

  private var printedName: String { name.map { FileName($0).description } ?? "?" }
}
