internal import Files
package import Foundation

/// `submission.json`: what a cluster was asked to run for the job. It is on the disk before the cluster is asked, so that whatever
/// the cluster has taken is found again.
package struct Submission: Codable, Hashable, Sendable {
  /// By which the cluster knows it, and nothing else.
  package var name: String
  /// The number that the cluster gave it; nil while that is not known. It means something only together with the name: a
  /// cluster that was restarted gives numbers twice.
  package var number: Int?
  /// How many attempts had begun before.
  package var attemptsBefore: Int
  package var submittedAt: Date

  package init(of job: JobDirectory) {
    name = "easel-\(job.id)-\(String(UInt32.random(in: .min ... .max), radix: 16))"
    attemptsBefore = job.attempts.last?.attemptNumber ?? 0
    submittedAt = .now
  }
}

/// `cluster.json`: where a job is in its cluster, for people.
package struct ClusterPlace: Codable, Hashable, Sendable {
  /// `Slurm job 82 waits: Resources`, `Slurm job 82 on n3`.
  package var words: String
  /// The cluster's number of it.
  package var number: Int?
  /// What the cluster calls its state, as `PENDING`.
  package var state: String?
  package var node: String?
  /// Whether nothing runs of it now.
  package var isWaiting: Bool
  /// What a person has to do, where nothing will go on by itself.
  package var advice: String?

  package init(
    _ words: String, number: Int? = nil, state: String? = nil, node: String? = nil, isWaiting: Bool,
    advice: String? = nil
  ) {
    (self.words, self.number, self.state) = (words, number, state)
    (self.node, self.isWaiting, self.advice) = (node, isWaiting, advice)
  }
}

extension JobDirectory {
  /// Nil for a job that no cluster was asked to run.
  ///
  /// - Throws: a `FileError` or `JSONFileError`.
  package func readSubmission() throws -> Submission? { try read("submission.json") }
  /// - Throws: a `FileError`; nothing may be submitted then.
  package func write(_ submission: Submission) throws { try write(submission, to: "submission.json") }

  /// Whether a cluster was asked to run the job's present attempt.
  package var isSubmitted: Bool { FileStatus(path.appending("submission.json")) != nil }

  /// Whether a cluster is to run the job's present attempt, even if it was not asked yet.
  package var isForCluster: Bool { FileStatus(path.appending("cluster.json")) != nil || isSubmitted }

  /// The attempt is over, and the next one may be anywhere.
  ///
  /// - Throws: a `FileError`.
  package func forgetSubmission() throws {
    try FileSystem.remove(path.appending("cluster.json"))
    try FileSystem.remove(path.appending("submission.json"))
  }

  /// Where the present attempt's worker writes.
  package var present: JobDirectory { isSubmitted ? attempts.last ?? self : self }

  /// Nil where nothing is known of it.
  package var place: ClusterPlace? { try? read("cluster.json") }

  /// - Throws: a `FileError`.
  package func show(_ place: ClusterPlace) throws {
    try FileSystem.replace(path.appending("cluster.json"), with: JSON.encode(place) + [UInt8(ascii: "\n")], .volatile)
  }
}
