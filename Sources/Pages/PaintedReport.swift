internal import Files
internal import Foundation
internal import Jobs
internal import Spool

/// A published `report.json` of a painting, as pages tell it. Reports of before, and of contact sheets, lack some of it.
package struct PaintedReport: Decodable, Sendable {
  package struct Input: Decodable, Sendable {
    package var role: String
    package var file: String
    package var width: Int
    package var height: Int
    package var notes: [String]
  }

  struct Loss: Decodable, Sendable {
    var kind: String
    var layer: String?
    var painting: Int?
    var scale: Double?
    var loss: Double
  }

  struct Iteration: Decodable, Sendable {
    var size: Int
    var evaluations: Int
    var loss: Double
    var losses: [Loss]?
  }

  struct Seconds: Decodable, Sendable {
    var preparing: Double
    var painting: Double
    var writing: Double
  }

  struct Cache: Decodable, Sendable {
    var hits: Int
    var misses: Int
  }

  struct Engine: Decodable, Sendable {
    var instructionSet: String
    var threads: Int
    var peakMemoryBytes: Int
  }

  struct Job: Decodable, Sendable {
    var id: String
    var attempt: Int
  }

  package var name: String
  package var easel: String?
  package var width: Int?
  package var height: Int?
  package var inputs: [Input]?
  /// Paths in the folder of the result.
  package var files: [String]?
  private var job: Job?
  private var task: String?
  private var stopReason: String?
  private var writtenLoss: Double?
  private var evaluations: Int?
  private var losses: [Loss]?
  private var iterations: [Iteration]?
  private var seconds: Seconds?
  private var cache: Cache?
  private var engine: Engine?
  private var reusedWork: ReusedWork?
  private var style: OneOrMore<String>?

  private enum CodingKeys: String, CodingKey {
    case name, easel, width, height, inputs, files, job, task, stopReason, writtenLoss, evaluations, losses, iterations
    case seconds, cache, engine, style
    case reusedWork = "reused"
  }

  /// Nil for what is no such report.
  package init?(json: [UInt8]) {
    guard let report = try? JSON.decode(PaintedReport.self, from: json) else { return nil }
    self = report
  }

  /// The remembered styles that were named.
  package var styles: [String] { style?.values ?? [] }

  package var summary: String? {
    guard let width, let height, let writtenLoss, let evaluations, let stopReason else { return nil }
    return "\(width)×\(height) pixels, loss \(writtenLoss.fourDigits) after \(evaluations) evaluations; \(stopReason)."
  }

  package var reused: String? { reusedWork.map { "Not all of it was painted now: \($0.words)." } }

  package var curveWords: String {
    "Each line is a part of the loss with its weight, after each iteration"
      + (Set((iterations ?? []).map(\.size)).count > 1 ? "; the dashed ones are where another size begins." : ".")
  }

  package var facts: [ReportPage.Fact] {
    func fact(_ name: String, _ value: String?) -> ReportPage.Fact? { value.map { ReportPage.Fact(name, $0) } }
    func seconds(_ seconds: Double?) -> String? { seconds.map { String(format: "%.1f s", $0) } }
    return [
      fact("task", task), fact("ended because", stopReason), fact("evaluations", evaluations.map(String.init)),
      fact("remembered style", style?.values.joined(separator: ", ")), fact("reused", reusedWork?.words),
      fact("preparing", seconds(self.seconds?.preparing)), fact("painting", seconds(self.seconds?.painting)),
      fact("writing", seconds(self.seconds?.writing)),
      fact("instruction set", engine?.instructionSet), fact("threads", engine.map { "\($0.threads)" }),
      fact("most memory", engine.map { ByteSize(bytes: $0.peakMemoryBytes).words }),
      fact("found in the cache", cache.map { "\($0.hits) of \($0.hits &+ $0.misses)" }),
      fact("job", job?.id), fact("attempt", job.map { "\($0.attempt)" }),
    ].compactMap(\.self)
  }
}

// The losses.
extension PaintedReport {
  /// What a loss is of.
  private struct Part: Hashable {
    var kind: String
    var layer: String?
    var painting: Int?
    var scale: Double?

    init(_ loss: Loss) { (kind, layer, painting, scale) = (loss.kind, loss.layer, loss.painting, loss.scale) }

    /// The layer, and which painting it is compared with where there are several.
    var place: String {
      [layer, painting.map { "painting \($0)" }, scale.map { "at \($0)" }].compactMap(\.self).joined(separator: ", ")
    }
    var name: String { place.isEmpty ? kind : "\(kind) \(place)" }
  }

  private static func sums(_ losses: [Loss]) -> [Part: Double] {
    Dictionary(losses.map { (Part($0), $0.loss) }, uniquingKeysWith: +)
  }

  /// In the order of the report.
  private var parts: [Part] {
    (losses ?? []).map(Part.init).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  package var curve: LossCurve? {
    let iterations = iterations ?? []
    let told = iterations.compactMap { iteration in iteration.losses.map { (iteration.evaluations, Self.sums($0)) } }
    let series = parts.map { part in
      LossCurve.Series(
        name: part.name, points: told.compactMap { at, sums in sums[part].map { (evaluations: at, loss: $0) } })
    }
    let all = LossCurve.Series(name: "all", points: iterations.map { (evaluations: $0.evaluations, loss: $0.loss) })
    let changes = zip(iterations, iterations.dropFirst()).filter { $0.size != $1.size }
    return LossCurve([all] + series, sizes: changes.map { (evaluations: $0.evaluations, pixels: $1.size) })
  }

  package var lossRows: [ReportPage.Loss] {
    let (first, last) = (Self.sums(iterations?.first?.losses ?? []), Self.sums(losses ?? []))
    let sum = writtenLoss ?? 0
    return parts.map { part in
      ReportPage.Loss(
        kind: part.kind, layer: part.place, first: first[part]?.fourDigits ?? "",
        last: last[part]?.fourDigits ?? "",
        share: sum > 0 ? String(format: "%.1f %%", 100 * (last[part] ?? 0) / sum) : "")
    }
  }
}
