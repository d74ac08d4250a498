/// With `--once`, the exit code tells that something was not painted.
package struct OnceIncomplete: Error, CustomStringConvertible {
  /// Jobs that have failed.
  package let failed: Int
  /// Jobs that stay in the inbox; the log has said why.
  package let notTaken: Int
  /// What kept Easel from looking at all that there is.
  package let troubles: [String]

  var isNothing: Bool { failed == 0 && notTaken == 0 && troubles.isEmpty }

  package var description: String {
    var parts: [String] = []
    if failed > 0 {
      parts.append("\(failed) \(failed == 1 ? "job has" : "jobs have") failed; see NAME.failed in the outbox")
    }
    if notTaken > 0 {
      parts.append(
        "\(notTaken) \(notTaken == 1 ? "job was" : "jobs were") not taken from the inbox; see the warnings above")
    }
    return (parts + troubles).joined(separator: "; ")
  }
}
