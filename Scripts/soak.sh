#!/usr/bin/env bash
# The long tests: 150 kills of daemon and worker, every call to the disk failing once, 500 jobs at once, a minute of
# idling, a Slurm cluster whose parts are killed; and, as root, the Debian packages from install to purge. Takes two hours or more.
#   Scripts/soak.sh [FILTER]    FILTER: which tests (a regular expression; default: all that have a long version, and the packages)
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --build-tests
export EASEL_SOAK=1
swift test -c release --skip-build --disable-xctest --no-parallel --filter "${1:-CrashTests|FaultTests|LoadTests|SlurmClusterTests|SlurmFailureTests}"
if [ $# -eq 0 ] && [ "$(id -u)" -eq 0 ]; then make deb test-deb; fi
