#!/usr/bin/env bash
# Makes .venv: a Python with foreign readers of our files and schemas, which judge what Easel writes. Says nothing when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."

readers="import PIL, h5py, numpy, safetensors.numpy, jsonschema"
if .venv/bin/python3 -c "$readers" 2> /dev/null; then exit 0; fi
echo "python: setting up .venv with pillow, h5py, numpy, safetensors and jsonschema"
python3 -m venv --clear .venv
.venv/bin/python3 -m pip install --quiet --disable-pip-version-check pillow h5py numpy safetensors jsonschema
.venv/bin/python3 -c "$readers"
