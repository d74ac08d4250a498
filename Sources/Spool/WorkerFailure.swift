/// `error.json`: why the worker gave up.
package struct WorkerFailure: Codable, Hashable, Sendable, Error, CustomStringConvertible {
  /// Whether another attempt would end the same way: a bad picture, bad settings.
  package var permanent: Bool
  package var message: String
  /// What a person can do about it.
  package var advice: String?

  package init(permanent: Bool, message: String, advice: String? = nil) {
    self.permanent = permanent
    self.message = message
    self.advice = advice
  }

  package var description: String { message }
}

/// The exit codes by which a worker tells how it ended, as in sysexits.h.
package enum WorkerExit {
  /// `result/` is complete.
  package static let done: Int32 = 0
  /// EX_DATAERR: `error.json` says why; trying again would not help.
  package static let permanentFailure: Int32 = 65
  /// EX_TEMPFAIL: `error.json` says why, or the worker was asked to stop and has written its checkpoint.
  package static let temporaryFailure: Int32 = 75
}
