#!/usr/bin/env bash
# Loss against seconds of Easel and of the lesson in PyTorch, in turn, at two sizes: Benchmarks/curves/*.csv and a plot of them.
#   Scripts/curves.sh PYTHON    PYTHON: an interpreter that has torch, scipy, numpy, pillow, safetensors and matplotlib
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1:?curves.sh: give an interpreter that has torch, scipy, pillow, safetensors and matplotlib}
"$python" -c "import torch, scipy, numpy, PIL, safetensors, matplotlib" || {
  echo "curves.sh: $python lacks one of torch, scipy, numpy, pillow, safetensors and matplotlib" >&2
  exit 1
}

content=Examples/cat.content.jpg
style=Examples/cat.style.jpg
curves=Benchmarks/curves
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$curves"

for size in 300x200 512x341; do
  # The lesson squeezes the painting to the size of the photo.
  "$python" -c 'import sys; from PIL import Image
size = tuple(map(int, sys.argv[2].split("x")))
Image.open(sys.argv[1]).convert("RGB").resize(size, Image.Resampling.LANCZOS).save(sys.argv[3])' \
    "$style" "$size" "$scratch/style.png"
  for way in ladder lesson-transfer; do
    echo "curves: $size, Easel with the lesson's losses, $way"
    options=()
    if [ $way = ladder ]; then options=(--set scales=auto --set evaluations_per_iteration=4); fi
    .build/release/easel paint "$content" "$scratch/style.png" --no-remember -o "$scratch" --cache "$scratch/cache-$way-$size" \
      --set preset=lesson-transfer --set size="${size%x*}" "${options[@]}" --trace "$curves/$way-$size.csv"
  done
  echo "curves: $size, the lesson in PyTorch (this takes minutes)"
  "$python" Benchmarks/peer/pytorch_peer.py --lesson "$content" "$style" --size "$size" > "$scratch/pytorch.csv"
  mv "$scratch/pytorch.csv" "$curves/pytorch-$size.csv"
done
"$python" Benchmarks/plot_curves.py "$curves" Benchmarks/curves.png
