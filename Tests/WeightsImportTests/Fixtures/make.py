"""Writes files of weights as PyTorch and Keras do, without either.

    python3 make.py KIND FILE [...]     KIND: see the end
    python3 make.py seeds               writes the small files beside this one, from which `make fuzz` begins (needs h5py)

Weights other than the first convolution's are one number that all elements share (strides of 0), so that files stay small.
"""

import collections
import os
import pickle
import struct
import sys
import types
import zipfile
from pathlib import Path

PER_BLOCK = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
CHANNELS = (64, 128, 256, 512, 512)

torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
sys.modules["torch"], sys.modules["torch._utils"] = torch, utils


def storage_type(name):
    kind = type(name, (), {"__module__": "torch"})
    setattr(torch, name, kind)
    return kind


FORMATS = {"f": storage_type("FloatStorage"), "e": storage_type("HalfStorage"), "B": storage_type("ByteStorage")}


def _rebuild_tensor_v2(*_):
    pass


_rebuild_tensor_v2.__module__ = "torch._utils"
utils._rebuild_tensor_v2 = _rebuild_tensor_v2


class Storage:
    def __init__(self, key, form, values):
        self.key, self.form, self.values = key, form, values

    def data(self):
        return struct.pack(f"<{len(self.values)}{self.form}", *self.values)


class Tensor:
    def __init__(self, storage, shape, strides):
        self.arguments = storage, 0, tuple(shape), tuple(strides), False, collections.OrderedDict()

    def __reduce__(self):
        return _rebuild_tensor_v2, self.arguments


class Pickler(pickle.Pickler):
    def __init__(self, file, protocol, parts):
        super().__init__(file, protocol)
        self.parts = parts

    def persistent_id(self, value):
        if isinstance(value, Storage):
            return ("storage", FORMATS[value.form], value.key, "cpu", len(value.values), None)[: self.parts]
        return None


class Module:
    """A dictionary of tensors, and the storages that they lie in."""

    def __init__(self, form="f"):
        self.form, self.storages, self.tensors = form, [], collections.OrderedDict()
        self.tensors._metadata = collections.OrderedDict(version=1)

    def add(self, name, shape, values, form=None):
        storage = Storage(str(len(self.storages)), form or self.form, values)
        self.storages.append(storage)
        strides = [0] * len(shape)
        if len(values) > 1:
            for index in range(len(shape) - 1, -1, -1):
                strides[index] = 1 if index == len(shape) - 1 else strides[index + 1] * shape[index + 1]
        self.tensors[name] = Tensor(storage, shape, strides)

    def write_zip(self, path, protocol=2, value=None):
        with zipfile.ZipFile(path, "w") as archive:
            with archive.open("archive/data.pkl", "w") as file:
                Pickler(file, protocol, 5).dump(self.tensors if value is None else value)
            archive.writestr("archive/byteorder", "little")
            for storage in self.storages:
                archive.writestr(f"archive/data/{storage.key}", storage.data())
            archive.writestr("archive/version", "3\n")

    def write_legacy(self, path):
        with open(path, "wb") as file:
            machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
            for value in (0x1950A86A20F9469CFC6C, 1001, machine):
                pickle.dump(value, file, protocol=2)
            Pickler(file, 2, 6).dump(self.tensors)
            pickle.dump([storage.key for storage in self.storages], file, protocol=2)
            for storage in self.storages:
                file.write(struct.pack("<q", len(storage.values)) + storage.data())


def layers(network):
    """(block, convolution, place among convolutions, ReLUs and poolings, channels in and out)"""
    place, before = 0, 3
    for block, count in enumerate(PER_BLOCK[network], 1):
        for convolution in range(1, count + 1):
            yield block, convolution, place, before, CHANNELS[block - 1]
            place, before = place + 2, CHANNELS[block - 1]
        place += 1


def first_weights():
    """Numbers that single precision holds, all different."""
    return [(index * 37 % 1728 - 864) / 4096 for index in range(1728)]


def vgg(network, name, form="f", first=None):
    module = Module(form)
    for block, convolution, place, inside, outside in layers(network):
        title = name.format(block=block, convolution=convolution, place=place)
        is_first = block == convolution == 1
        values = (first or first_weights()) if is_first else [(block * 8 + convolution) / 64]
        module.add(f"{title}.weight", (outside, inside, 3, 3), values)
        module.add(f"{title}.bias", (outside,), [(block * 8 + convolution) / 32])
    module.add("classifier.0.weight", (4, 2), [1.0])
    module.add("classifier.0.num_batches_tracked", (), [1], form="B")
    return module


def coded(network):
    module = Module()
    for block, convolution, _, inside, outside in layers(network):
        layer = f"block{block}_conv{convolution}"
        values = [index % 256 for index in range(1728)] if block == convolution == 1 else [block * 8 + convolution]
        module.add(f"{layer}_W_q", (outside, inside, 3, 3), values, form="B")
        module.add(f"{layer}_W_table", (256,), [(index - 100) / 3 for index in range(256)])
        module.add(f"{layer}_b", (outside,), [1 / 3])
    return module


class Call:
    """What runs when a file is opened carelessly."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def keras(network, path, kernel="{layer}/{layer}/kernel:0", bias="{layer}/{layer}/bias:0"):
    import h5py
    import numpy as np

    with h5py.File(path, "w") as file:
        for block, convolution, _, inside, outside in layers(network):
            layer = f"block{block}_conv{convolution}"
            shape = (3, 3, inside, outside)
            if block == convolution == 1:
                first = np.array(first_weights(), np.float32).reshape(64, 3, 3, 3)
                file.create_dataset(kernel.format(layer=layer), data=first.transpose(2, 3, 1, 0))
            else:  # what was never written is the value that fills it
                value = (block * 8 + convolution) / 64
                file.create_dataset(kernel.format(layer=layer), shape, "f4", fillvalue=value)
            file.create_dataset(bias.format(layer=layer), data=np.full(outside, (block * 8 + convolution) / 32, "f4"))
        file.create_dataset("dense_1/dense_1/kernel:0", data=np.ones((2, 2), "f4"))


def chunked(path):
    import h5py

    with h5py.File(path, "w") as file:
        file.create_dataset("block1_conv1/bias:0", (64,), "f4", chunks=(8,), compression="gzip")
        file.create_dataset("block1_conv1/kernel:0", (3, 3, 3, 64), "f4")


def linked(path, external):
    """A data set that keeps its numbers in another file, or a link to one."""
    import h5py

    with h5py.File(path, "w") as file:
        if external:
            outside = [("/etc/hostname", 0, h5py.h5f.UNLIMITED)]
            file.create_dataset("block1_conv1/bias:0", (64,), "f4", external=outside)
            file.create_dataset("block1_conv1/kernel:0", (3, 3, 3, 64), "f4")
        else:
            file["block1_conv1/kernel:0"] = h5py.ExternalLink("/tmp/other.h5", "/kernel")


def seeds():
    import h5py
    import numpy as np

    here = Path(__file__).resolve().parent
    small = Module()
    small.add("features.0.weight", (64, 3, 3, 3), [0.25])
    small.add("features.0.bias", (64,), [float(index) for index in range(64)])
    small.write_zip(here / "small.pth")
    small.write_legacy(here / "small-legacy.pth")
    with h5py.File(here / "small.h5", "w", libver="earliest") as file:
        file.create_dataset("block1_conv1/block1_conv1/kernel:0", (3, 3, 3, 64), "f4", fillvalue=0.5)
        file.create_dataset("block1_conv1/block1_conv1/bias:0", data=np.arange(64, dtype="f4"))
    with h5py.File(here / "small-latest.h5", "w", libver="latest") as file:
        file.create_dataset("layers/block1_conv1/vars/0", data=np.zeros((3, 3, 3, 64), "f2"))
        file.create_dataset("layers/block1_conv1/vars/1", data=np.arange(64, dtype="f4"))
        file["link"] = h5py.SoftLink("/layers")


def floats_of(path):
    data = Path(path).read_bytes()
    return list(struct.unpack(f"<{len(data) // 4}f", data))


KINDS = {
    "zip": lambda path: vgg("vgg16", "features.{place}").write_zip(path),
    "zip-first": lambda path, first: vgg("vgg16", "features.{place}", first=floats_of(first)).write_zip(path),
    "zip-4": lambda path: vgg("vgg16", "conv{block}_{convolution}").write_zip(path, protocol=4),
    "legacy": lambda path: vgg("vgg19", "module.features.{place}", form="e").write_legacy(path),
    "nested": lambda path: (m := vgg("vgg16", "block{block}_conv{convolution}")).write_zip(
        path, value={"epoch": 3, "best": 0.5, "state_dict": m.tensors, "names": ["a", ("b", None, True)]}
    ),
    "coded": lambda path: coded("vgg19").write_legacy(path),
    "system": lambda path: Module().write_zip(path, value={"a": Call(os.system, f"touch {path}.ran")}),
    "eval": lambda path: Module().write_zip(path, protocol=4, value=Call(eval, f"open('{path}.ran', 'w')")),
    "bytes": lambda path: Module().write_zip(path, protocol=4, value={"a": b"bytes"}),
    "set": lambda path: Module().write_zip(path, protocol=4, value={"a": {1, 2}}),
    "keras": lambda path: keras("vgg16", path),
    "keras-1": lambda path: keras("vgg16", path, "{layer}/{layer}_W_1:0", "{layer}/{layer}_b_1:0"),
    "keras-3": lambda path: keras("vgg19", path, "layers/{layer}/vars/0", "layers/{layer}/vars/1"),
    "chunked": chunked,
    "link": lambda path: linked(path, external=False),
    "external": lambda path: linked(path, external=True),
}

if sys.argv[1] == "seeds":
    seeds()
else:
    KINDS[sys.argv[1]](*sys.argv[2:])
