#!/usr/bin/env bash
# Reads damaged pictures, settings, cache entries and weights under AddressSanitizer.
#   Scripts/fuzz.sh [COUNT [TARGET]]    COUNT: inputs for each reader (default: 100000); TARGET: this reader only
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python.sh
swift build -c release --sanitize address --scratch-path .build-asan --product Fuzz
mkdir -p .build-asan/pictures
.venv/bin/python3 -B Tests/ImagesTests/Fixtures/make.py .build-asan/pictures
options=(--count "${1:-100000}" --pictures .build-asan/pictures --state .build-asan/fuzz.last)
if [ $# -gt 1 ]; then options+=(--target "$2"); fi
export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16:allocator_may_return_null=1
if .build-asan/release/Fuzz "${options[@]}"; then exit 0; fi
read -r target number < .build-asan/fuzz.last
echo "fuzz: ended badly at the input $number of $target; write it to a file with:" >&2
echo "  .build-asan/release/Fuzz --target $target --first $number --pictures .build-asan/pictures --save crash" >&2
exit 1
