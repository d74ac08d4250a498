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
run() { swift test -c release --skip-build --disable-xctest "$@"; }

# What waits for files and processes comes by itself, one test after another: beside tests that compute for seconds it
# would measure those.
waiting='^(EaselTests|InboxTests)\.'
run --skip "$waiting"
run --filter "$waiting" --no-parallel
