#!/usr/bin/env bash
# Measures this machine: seconds per evaluation, GFLOP/s and memory at several sizes.
#   Scripts/bench.sh [PYTHON]    PYTHON: an interpreter that has torch; each size is then also measured with it, in turn
set -euo pipefail
cd "$(dirname "$0")/.."

easel=.build/release/easel
peer=${1:-}
echo "bench: $(git rev-parse --short HEAD), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors"
for size in 256x256 512x512 1024x1024 1500x1000; do
  "$easel" bench --width "${size%x*}" --height "${size#*x}" --repeats 7
  if [ -n "$peer" ] && [ "${size%x*}" = "${size#*x}" ]; then
    "$peer" Benchmarks/peer/pytorch_peer.py --size "${size%x*}" --repeat 3
  fi
done
