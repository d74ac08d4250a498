#!/usr/bin/env bash
# Makes .venv: a Python with foreign readers of our files and schemas, which judge what Easel writes, and reuse, which judges whether every
# file has a licence. Says nothing when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."

readers="import PIL, h5py, numpy, safetensors.numpy, jsonschema, reuse, selenium, importlib.util as u; assert u.find_spec('axe_playwright_python')"
if .venv/bin/python3 -c "$readers" 2> /dev/null; then exit 0; fi
echo "python: setting up .venv with pillow, h5py, numpy, safetensors, jsonschema, reuse, selenium and axe-core"
python3 -m venv --clear .venv
.venv/bin/python3 -m pip install --quiet --disable-pip-version-check pillow h5py numpy safetensors jsonschema reuse selenium
# For the axe-core in it alone, which needs none of what it is made for.
.venv/bin/python3 -m pip install --quiet --disable-pip-version-check --no-deps axe-playwright-python
.venv/bin/python3 -c "$readers"
