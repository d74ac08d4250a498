#!/usr/bin/env bash
# How exact the gradient is, for each instruction set, against PyTorch in double precision: the tables of RESULTS.md, "Accuracy".
#   Scripts/accuracy.sh PYTHON    PYTHON: an interpreter that has torch, numpy, safetensors and pillow
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1:?accuracy.sh: give an interpreter that has torch, numpy, safetensors and pillow}
"$python" -c "import torch, numpy, safetensors, PIL" || {
  echo "accuracy.sh: $python lacks one of torch, numpy, safetensors and pillow" >&2
  exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" Benchmarks/accuracy/compare_gradients.py write "$scratch" Examples/cat.content.jpg Examples/cat.style.jpg
swift build -c release --build-tests
EASEL_GRADIENTS=$scratch swift test -c release --skip-build --disable-xctest --filter GradientFiles > "$scratch/log" 2>&1 || {
  cat "$scratch/log" >&2
  exit 1
}
"$python" Benchmarks/accuracy/compare_gradients.py compare "$scratch"
