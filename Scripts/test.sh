#!/usr/bin/env bash
# Checks the sources, builds with the import check, runs every test. Its last lines are the test runner's.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/check.sh
Scripts/python.sh
swift build -c release --build-tests --explicit-target-dependency-import-check error
Scripts/check-manual.sh
Scripts/notice.py --check
.venv/bin/reuse lint --quiet
export EASEL_PYTHON=$PWD/.venv/bin/python3
run() { .build/release/easelPackageTests.xctest --testing-library swift-testing "$@"; }

# What waits for files and processes comes by itself, one test after another: beside tests that compute for seconds it
# would measure those. Those with a cluster that only pretends sleep most of their time, and go beside the others of these.
waiting='^(EaselTests|InboxTests)\.' sleeping='^EaselTests\.Slurm(Runner|Node)Tests'
log=.build/sleeping-tests.log failures=0
run --skip "$waiting"
run --filter "$sleeping" --no-parallel > "$log" 2>&1 &
run --filter "$waiting" --skip "$sleeping" --no-parallel || failures=1
wait $! || failures=1
cat "$log"
if [ $failures -ne 0 ]; then
  echo "test: of the last two runs one has failed; see ✘ above" >&2
  exit 1
fi
