import Spool

/// A job as squeue(1) tells it.
struct SlurmJob: Hashable, Sendable {
  var number: Int
  /// As `PENDING`.
  var state: String
  /// Why it is in that state.
  var reason: String?
  var node: String?
  var name: String

  /// What squeue is asked for: the name last, since it may hold anything.
  static let format = "%i|%T|%r|%N|%j"

  /// Nil for what is no line of that format, or a part of an array of somebody else's.
  init?(line: Substring) {
    let fields = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 5, let number = Int(fields[0]) else { return nil }
    func known(_ field: String) -> String? { ["", "None", "(null)"].contains(field) ? nil : field }
    (self.number, state, name) = (number, fields[1], fields[4])
    // Later versions write underscores.
    reason = known(fields[2].replacing("_", with: " "))
    node = known(fields[3])
  }
}

extension SlurmJob {
  private static let finalStates: Set<String> = [
    "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED",
    "TIMEOUT",
  ]
  private static let waitingStates: Set<String> = [
    "PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD", "SPECIAL_EXIT", "CONFIGURING",
  ]

  /// Whether the cluster will do nothing for it any more.
  var isOver: Bool { Self.finalStates.contains(state) }
  var isWaiting: Bool { Self.waitingStates.contains(state) }

  /// Whether no node on which it may run can be had: those that there are, are down, drained, or left out.
  var lacksNodes: Bool { isWaiting && reason?.hasPrefix("ReqNodeNotAvail") == true }

  /// Whether the node may be to blame: another might do better.
  var hasFailed: Bool { state == "FAILED" || state == "BOOT_FAIL" }

  /// What a person has to do for a job that would wait for ever.
  var advice: String? {
    guard isWaiting, let reason else { return nil }
    switch reason {
    case "launch failed requeued held", "JobHoldMaxRequeue":
      return "needs a person: a node could not start it; sinfo -R says what is wrong with which, scontrol update "
        + "nodename=NODE state=resume takes one back, and scontrol release \(number) lets the job go on"
    case "job requeued in held state":
      return "needs a person: it was queued again and held in the cluster; scontrol release \(number) lets it go on"
    case "JobHeldAdmin": return "needs a person: an administrator holds it; scontrol release \(number) lets it go on"
    case "JobHeldUser": return "needs a person: it was held in the cluster; scontrol release \(number) lets it go on"
    case "BadConstraints", "PartitionTimeLimit", "PartitionNodeLimit", "InvalidAccount", "InvalidQOS",
      "DependencyNeverSatisfied", "PartitionDown", "PartitionInactive":
      return "needs a person: with what `slurm` in the configuration asks for, it cannot start (\(reason))"
    default: return nil
    }
  }

  var place: ClusterPlace {
    let words =
      if isWaiting {
        "Slurm job \(number) waits" + (reason.map { ": \($0)" } ?? "")
      } else {
        "Slurm job \(number)" + (node.map { " on \($0)" } ?? "") + (state == "RUNNING" ? "" : ", \(state)")
      }
    return ClusterPlace(words, number: number, state: state, node: node, isWaiting: isWaiting, advice: advice)
  }

  /// How an attempt ended that has left no word itself.
  ///
  /// - Parameters:
  ///   - hasBegun: whether it has made its directory.
  ///   - lastWords: what the job's script said.
  func ending(hasBegun: Bool, lastWords: String?) -> WorkerEnding {
    let job = "Slurm job \(number)" + (node.map { " on \($0)" } ?? "")
    let words = hasBegun ? "" : lastWords.map { "; its last words: \($0)" } ?? ""
    switch state {
    case "NODE_FAIL", "BOOT_FAIL", "PREEMPTED", "REVOKED":
      return .vanished(reason: "\(job) was taken from its node (\(state))")
    case "TIMEOUT", "DEADLINE":
      return .broken(
        reason: "\(job) was ended by the cluster's time limit",
        advice: "Set a longer slurm.time_limit; it goes on from there.")
    case "OUT_OF_MEMORY":
      return .broken(
        reason: "\(job) took more memory than it had asked for",
        advice: "Set slurm.memory in the daemon's configuration, or a smaller `size`.")
    case "CANCELLED": return .broken(reason: "\(job) was cancelled in the cluster\(words)", advice: nil)
    case _ where !hasBegun:
      return .broken(
        reason: "\(job) has ended (\(state)) without having begun\(words)",
        advice: "The outbox must be mounted there under the same path; easel slurm check tells.")
    default: return .broken(reason: "\(job) has ended (\(state)) without a result", advice: nil)
    }
  }
}
