import Foundation

/// Programs that do as Slurm's client programs do, with jobs that begin at once on this machine. Files in their folder change how:
///
/// | file | what |
/// |---|---|
/// | `away` | the cluster cannot be asked |
/// | `refusing` | sbatch takes no job, or where a word stands in it none with that among its options |
/// | `mute` | sbatch takes the job and says that it could not |
/// | `losing` | sbatch takes the job, which is never seen again |
/// | `twice` | the job runs twice at the same time |
/// | `holding` | jobs wait, for the reason that stands in it |
/// | `node` | the name of the node that jobs run on, unless they exclude it: then it is `spare` |
/// | `drained` | jobs wait for `spare` |
struct FakeSlurm {
  let folder: String

  /// - Parameter parent: gets a folder `slurm`.
  init(in parent: String) throws {
    folder = parent + "/slurm"
    for name in ["bin", "jobs"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    try set("node", "n1\n")
    for (name, script) in [("sbatch", Self.sbatch), ("squeue", Self.squeue), ("scancel", Self.scancel)] {
      try set("bin/\(name)", "#!/bin/sh\nfolder='\(folder)'\n\(Self.common)\n\(script)\n")
      chmod("\(folder)/bin/\(name)", 0o755)
    }
  }

  var environment: [String: String] { ["PATH": folder + "/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")] }

  func set(_ file: String, _ text: String = "") throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(file)"))
  }

  func clear(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(file)") }

  /// As somebody does by hand.
  func cancel(_ name: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [folder + "/bin/scancel", "--name=\(name)"]
    try process.run()
    process.waitUntilExit()
  }

  /// How many jobs it has taken.
  var takenJobs: Int { (try? FileManager.default.contentsOfDirectory(atPath: folder + "/jobs").count) ?? 0 }

  /// The command lines so far of one of the programs.
  func calls(of program: String) -> [String] {
    let all = (try? String(contentsOfFile: folder + "/calls", encoding: .utf8)) ?? ""
    return all.split(separator: "\n").map(String.init).filter { $0.hasPrefix(program + " ") }
  }

  private static let common = #"""
    echo "$(basename "$0") $*" >>"$folder/calls"
    if [ -e "$folder/away" ]; then
      echo "$(basename "$0"): error: Unable to contact slurm controller (connect failure)" >&2
      exit 1
    fi
    """#

  private static let sbatch = #"""
    if [ "$1" = --version ]; then echo "slurm 0 (pretended)"; exit; fi
    if [ -e "$folder/refusing" ] && case "$*" in *"$(cat "$folder/refusing")"*) true ;; *) false ;; esac; then
      echo "sbatch: error: invalid partition specified: none" >&2
      echo "sbatch: error: Batch job submission failed: Invalid partition name specified" >&2
      exit 1
    fi
    node=$(cat "$folder/node")
    for word; do
      case $word in
        --job-name=*) name=${word#*=} ;;
        --output=*) log=${word#*=} ;;
        --exclude=*) case ,${word#*=}, in *",$node,"*) node=spare ;; esac ;;
      esac
      script=$word
    done
    number=1
    while ! mkdir "$folder/jobs/$number" 2>/dev/null; do number=$((number + 1)); done
    job=$folder/jobs/$number
    copy() {
      SLURMD_NODENAME=$node setsid sh "$script" >>"$log" 2>&1 </dev/null &
      echo $! >>"$job/processes"
    }
    if [ -e "$folder/losing" ]; then
      :
    elif [ -e "$folder/holding" ]; then
      echo "$number|PENDING|$(cat "$folder/holding")||$name" >"$job/line"
    elif [ "$node" = spare ] && [ -e "$folder/drained" ]; then
      echo "$number|PENDING|ReqNodeNotAvail, UnavailableNodes:spare||$name" >"$job/line"
    else
      echo "$number|RUNNING|None|$node|$name" >"$job/line"
      (
        copy
        if [ -e "$folder/twice" ]; then copy; fi
        state=COMPLETED
        for process in $(cat "$job/processes"); do wait "$process" || state=FAILED; done
        sed -i "s/RUNNING/$state/" "$job/line"
      ) >/dev/null 2>&1 &
    fi
    if [ -e "$folder/mute" ]; then
      echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2
      exit 1
    fi
    echo "$number"
    """#

  private static let squeue = #"cat "$folder"/jobs/*/line 2>/dev/null; exit 0"#

  private static let scancel = #"""
    # Of a number whose job has ended it says that it is invalid.
    if [ $# -ne 1 ]; then echo "scancel: error: Kill job error on job id $2: Invalid job id specified" >&2; exit 1; fi
    for line in $(grep -l "|${1#--name=}$" "$folder"/jobs/*/line 2>/dev/null); do
      sed -i 's/RUNNING\|PENDING/CANCELLED/' "$line"
      for process in $(cat "${line%line}processes" 2>/dev/null); do kill -TERM -- "-$process" 2>/dev/null; done
    done
    exit 0
    """#
}
