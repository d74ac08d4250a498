#!/usr/bin/env bash
# Checks the sources, builds with the import check, runs every test. Its last lines are the test runner's.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/check.sh

# A Python with foreign readers of our files, which judge what Easel writes.
python=$PWD/.venv/bin/python3
readers="import PIL, numpy, safetensors.numpy"
if ! "$python" -c "$readers" 2> /dev/null; then
  echo "test: setting up .venv with pillow, numpy and safetensors"
  python3 -m venv --clear .venv
  "$python" -m pip install --quiet --disable-pip-version-check pillow numpy safetensors
  "$python" -c "$readers"
fi

swift build -c release --build-tests --explicit-target-dependency-import-check error
EASEL_PYTHON=$python exec swift test -c release --skip-build --disable-xctest
