#!/usr/bin/env bash
# Seconds and bytes per megapixel from 0.06 to 8 megapixels, without a limit and within 2 GiB: Benchmarks/growth.jsonl, a table
# and a plot.
#   Scripts/growth.sh [PYTHON]    PYTHON: an interpreter that has matplotlib, for the plot
set -euo pipefail
cd "$(dirname "$0")/.."

results=Benchmarks/growth.jsonl
: > "$results.new"
measure() { .build/release/easel bench --width "${1%x*}" --height "${1#*x}" --repeats 3 --json "${@:2}" | tr -d '\n' >> "$results.new"; echo >> "$results.new"; }
for size in 300x200 512x341 768x512 1224x816 1732x1155 2450x1633 3464x2309; do measure "$size"; done
for size in 2450x1633 3464x2309 3840x2160; do measure "$size" --memory 2G; done
mv "$results.new" "$results"
"${1:-python3}" Benchmarks/plot_growth.py "$results" Benchmarks/growth.png
