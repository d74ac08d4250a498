#!/usr/bin/env bash
# Measures this machine: seconds per evaluation, GFLOP/s and memory at several sizes.
#   Scripts/bench.sh [PYTHON]    PYTHON: an interpreter that has torch; each size is then also measured with it, three times in
#                                turn, since a machine that others share is not the same from minute to minute
set -euo pipefail
cd "$(dirname "$0")/.."

easel=.build/release/easel
peer=${1:-}
echo "bench: $(git rev-parse --short HEAD), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors"
for size in 256x256 512x512 1024x1024 1500x1000; do
  width=${size%x*} height=${size#*x}
  if [ -n "$peer" ] && [ "$width" = "$height" ]; then
    for _ in 1 2 3; do
      "$easel" bench --width "$width" --height "$height" --repeats 7
      "$peer" Benchmarks/peer/pytorch_peer.py --size "$width" --repeat 3
    done
  else
    "$easel" bench --width "$width" --height "$height" --repeats 7
  fi
done
