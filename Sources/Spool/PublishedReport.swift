package import Files

/// Of a published `report.json`, the part that is shown and counted.
package struct PublishedReport: Decodable, Sendable {
  package struct Cache: Decodable, Sendable {
    package var hits: Int
    package var misses: Int
    package var rejected: Int?
  }

  /// Why the job failed.
  package var message: String?
  package var advice: String?
  /// The folder of the inbox that is called like a preset, if the job came from one.
  package var presetFolder: FileName?
  package var reused: ReusedWork?
  package var cache: Cache?
  package var evaluations: Int?

  /// Those of earlier jobs don't count twice.
  package var newEvaluations: Int { (evaluations ?? 0) - (reused?.evaluations ?? 0) }

  /// Nil for what is no report.
  package init?(json: [UInt8]) {
    guard let report = try? JSON.decode(PublishedReport.self, from: json) else { return nil }
    self = report
  }
}
