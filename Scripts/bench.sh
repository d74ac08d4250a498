#!/usr/bin/env bash
# Measures this machine: seconds per evaluation, GFLOP/s and memory at several sizes, with the kernels of each wide instruction set
# that the processor has.
#   Scripts/bench.sh [PYTHON]    PYTHON: an interpreter that has torch; square sizes are then also measured with it, three times in
#                                turn, since a machine that others share is not the same from minute to minute. PyTorch is held to
#                                the same instruction set.
set -euo pipefail
cd "$(dirname "$0")/.."

easel=.build/release/easel
peer=${1:-}
sets=()
for set in avx512 avx2; do
  if "$easel" bench --instruction-set "$set" --size 32 --repeats 1 > /dev/null 2>&1; then sets+=("$set"); fi
done
if [ ${#sets[@]} -eq 0 ]; then sets=(portable); fi

measure_peer() { # SET SIZE
  case $1 in
    avx2) export ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2 ;;
    *) unset ATEN_CPU_CAPABILITY ONEDNN_MAX_CPU_ISA MKL_ENABLE_INSTRUCTIONS ;;
  esac
  "$peer" Benchmarks/peer/pytorch_peer.py --size "$2" --repeat 3
}

echo "bench: $(git rev-parse --short HEAD), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors"
for set in "${sets[@]}"; do
  for size in 64x64 128x128 256x256 512x512 1024x1024 1500x1000; do
    width=${size%x*} height=${size#*x}
    rounds=1
    if [ -n "$peer" ] && [ "$width" = "$height" ] && [ "$width" -ge 256 ]; then rounds=3; fi
    for _ in $(seq $rounds); do
      "$easel" bench --instruction-set "$set" --width "$width" --height "$height" --repeats 7
      if [ $rounds -gt 1 ]; then measure_peer "$set" "$width"; fi
    done
  done
done
