#!/usr/bin/env bash
# What the cache saves, measured side by side, as Markdown for Benchmarks/RESULTS.md.
#   Scripts/restyling.sh [PYTHON]    PYTHON: an interpreter that has Pillow
set -euo pipefail
cd "$(dirname "$0")/.."
"${1:-python3}" Benchmarks/restyling/restyling.py .build/release/easel Examples/cat.content.jpg Examples/cat.style.jpg
