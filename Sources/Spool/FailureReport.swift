internal import Files
internal import Foundation
internal import Jobs

/// What is said about a failed job: `report.json` and `error.txt` in NAME.failed.
struct FailureReport: Codable {
  var id: String
  var name: String
  var state = "failed"
  var attempts: Int
  var message: String
  var advice: String
  /// Their paths, by what they are for.
  var inputs: [String: OneOrMore<Path>]
  /// The folder of the inbox that is called like a preset, if it comes from one.
  var presetFolder: FileName?
  var claimedAt: Date
  /// The states that the job has been in.
  var states: [JobRecord.Step]
  var failedAt: Date

  init(_ job: SpooledJob) {
    id = job.record.id
    name = job.record.name
    attempts = job.record.attempt
    message = job.record.message ?? "the reason was not recorded"
    advice = job.record.advice ?? "Put it right in inputs/ and move this folder back into the inbox to try again."
    presetFolder = job.record.presetFolder
    let files = job.record.inputs
    inputs = Dictionary(
      uniqueKeysWithValues: InputRole.allCases.map { ($0.rawValue, files.files($0)) }
        .filter { !$0.1.isEmpty }.map { ($0, OneOrMore($1)) })
    if let settings = files.settings { inputs["settings"] = OneOrMore([settings]) }
    claimedAt = job.record.claimedAt
    states = job.record.history ?? []
    failedAt = .now
  }

  var text: String {
    """
    \(name) could not be painted: \(message)
    \(attempts > 1 ? "It was tried \(attempts) times.\n" : "")\(advice)

    """
  }
}
