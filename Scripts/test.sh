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
# would measure those. The cluster's tests, which sleep nine tenths of their time, go beside the others of these.
waiting='^(EaselTests|InboxTests)\.' cluster='^EaselTests\.Slurm'
run --skip "$waiting"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
run --filter "$cluster" --no-parallel > "$log" 2>&1 &
outcome=0
run --filter "$waiting" --skip "$cluster" --no-parallel || outcome=$?
wait $! || outcome=$?
cat "$log"
exit $outcome
