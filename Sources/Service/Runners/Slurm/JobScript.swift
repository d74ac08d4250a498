import Files
import Spool

/// `job.sh` in a job's directory: what the cluster runs.
///
/// It makes the attempt's directory itself, and by a mkdir that only one can succeed with, since nothing that Slurm says tells
/// attempts apart: a job that was lost with a controller may run a second time with no restart counted.
struct JobScript {
  /// Of one submission: Slurm runs it again after each loss of a node.
  private static let mostAttempts = 200

  let attempt: Attempt
  let program: Path
  /// How many had begun before.
  let attemptsBefore: Int

  static func path(of job: JobDirectory) -> Path { job.path.appending("job.sh") }
  /// Where the cluster puts what the script itself says.
  static func logPath(of job: JobDirectory) -> Path { job.attemptsPath.appending("slurm.log") }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ text: String) { bytes += Array(text.utf8) }
    add("#!/bin/sh\n# Made by Easel. Paints one job, as one attempt of several that there may be.\njob=")
    bytes += Self.quoted(attempt.directory.path.bytes)
    add("\nprogram=")
    bytes += Self.quoted(program.bytes)
    add(body)
    for option in attempt.options {
      add(" ")
      bytes += Self.quoted(option)
    }
    add(" >\"$attempt/worker.log\" 2>&1 </dev/null\n")
    return bytes
  }

  private var body: String {
    #"""

    # Each attempt has a directory of its own, which only one can make, however often and wherever the cluster runs this.
    node=${SLURMD_NODENAME:-$(uname -n)}
    number=\#(attemptsBefore + 1)
    while attempt=$job/attempts/$number && ! problem=$(mkdir "$attempt" 2>&1); do
      if ! [ -d "$job/attempts" ]; then
        echo "$node: there is no $job (any more)" >&2
        exit 0
      fi
      if ! [ -d "$attempt" ] || [ "$number" -ge \#(attemptsBefore + Self.mostAttempts) ]; then
        echo "$node: $attempt cannot be made: $problem" >&2
        exit 1
      fi
      number=$((number + 1))
    done
    echo "$node" >"$attempt/node"
    exec "$program" work "$job" --attempt "$number"
    """#
  }

  /// As one word of the shell's.
  static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    return [quote] + bytes.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] } + [quote]
  }
}
