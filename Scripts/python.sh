#!/usr/bin/env bash
# Makes .venv: a Python with foreign readers of our files, which judge what Easel writes. Says nothing when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."

readers="import PIL, numpy, safetensors.numpy"
if .venv/bin/python3 -c "$readers" 2> /dev/null; then exit 0; fi
echo "python: setting up .venv with pillow, numpy and safetensors"
python3 -m venv --clear .venv
.venv/bin/python3 -m pip install --quiet --disable-pip-version-check pillow numpy safetensors
.venv/bin/python3 -c "$readers"
