#!/usr/bin/env bash
# Compares what Easel and Pillow read from pictures.
#   Scripts/compare-decoders.sh [FOLDER]    FOLDER: of pictures (default: the kinds of PngSuite and the tests' pictures, made anew)
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python.sh
swift build -c release --product Decode
if [ $# -gt 0 ]; then exec .venv/bin/python3 -B Tests/compare_decoders.py "$1"; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/suite" "$folder/odd"
.venv/bin/python3 -B Tests/ImagesTests/Fixtures/suite.py "$folder/suite"
.venv/bin/python3 -B Tests/ImagesTests/Fixtures/make.py "$folder/odd"
.venv/bin/python3 -B Tests/compare_decoders.py "$folder"
