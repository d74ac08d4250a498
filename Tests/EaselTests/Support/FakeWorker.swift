import Foundation

/// A worker that does at once what the name of its job says: `bad...` fails for good, `flaky...` fails once,
/// `crash...` dies, `slow...` works until it is stopped and then is quick, `wait...` waits for a file `go` beside the
/// script, `counted...` tells figures; all others paint. Asked for a preview, it shows one, but fails for `dark...` and works
/// for ever on `long...`.
enum FakeWorker {
  static func write(to folder: TemporaryFolder) throws -> String {
    try folder.write(script, to: "worker.sh")
    let path = folder.path + "/worker.sh"
    chmod(path, 0o755)
    return path
  }

  private static let script = #"""
    #!/bin/sh
    exec </dev/null
    job=$2
    name=$(sed -n 's/^  "name" : "\(.*\)",$/\1/p' "$job/job.json")
    echo "$name $*" >>"$(dirname "$0")/calls"
    case " $* " in
      *" --preview "*)
        : >"$job/preview.lock"
        case $name in
          dark*) echo "too dark" >&2; exit 1 ;;
          long*) while :; do sleep 0.02; done ;;
        esac
        echo preview >"$job/preview.png"
        exit 0 ;;
    esac
    fail() { printf '{"permanent": %s, "message": "%s"}' "$2" "$3" >"$job/error.json"; exit "$1"; }
    case $name in
      bad*) fail 65 true "the photo is not a picture" ;;
      flaky*) [ -e "$job/flaked" ] || { : >"$job/flaked"; fail 75 false "no memory just now"; } ;;
      crash*) echo "last words" >&2; kill -SEGV $$ ;;
      wait*) while ! [ -e "$(dirname "$0")/go" ]; do sleep 0.02; done ;;
      slow*)
        if ! [ -e "$job/checkpoint" ]; then
          trap ': >"$job/checkpoint"; exit 75' TERM
          : >"$job/started"
          while :; do sleep 0.05; done
        fi ;;
    esac
    report='{}'
    case $name in
      counted*)
        report='{"cache": {"hits": 3, "misses": 1}, "iterations": [{"size": 32, "evaluations": 10},
          {"size": 32, "evaluations": 30}, {"size": 64, "evaluations": 40}]}' ;;
    esac
    rm -rf "$job/result.new"
    mkdir "$job/result.new" && echo painted >"$job/result.new/$name.png" &&
      echo "$report" >"$job/result.new/report.json" && mv "$job/result.new" "$job/result" || exit 75
    """#
}
