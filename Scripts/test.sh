#!/usr/bin/env bash
# Checks the sources, builds with the import check, runs every test. Its last lines are the test runner's.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/check.sh
Scripts/python.sh
swift build -c release --build-tests --explicit-target-dependency-import-check error
EASEL_PYTHON=$PWD/.venv/bin/python3 exec swift test -c release --skip-build --disable-xctest
