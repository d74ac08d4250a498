"""What the scripts beside this one share: where pictures go, and what Pillow cannot write, from the specifications."""

import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageDraw

FOLDER = sys.argv[1]
W, H = 61, 43
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def path(name):
    return os.path.join(FOLDER, name)


def expect(name, array):
    """array: H x W x 3, 0..255."""
    Image.fromarray(np.clip(np.rint(array), 0, 255).astype(np.uint8)).save(path(name + ".ppm"))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def scanlines(samples, depth):
    """samples: H x W x channels of integers below 2**depth."""
    height = samples.shape[0]
    rows = samples.reshape(height, -1)
    if depth == 16:
        packed = rows.astype(">u2").view(np.uint8).reshape(height, -1)
    else:
        bits = (rows[:, :, None] >> np.arange(depth - 1, -1, -1)) & 1
        packed = np.packbits(bits.reshape(height, -1).astype(np.uint8), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in packed)


def write_png(name, samples, depth, color, extra=b"", interlaced=False):
    height, width, _ = samples.shape
    if interlaced:
        passes = (samples[y::dy, x::dx] for x, y, dx, dy in ADAM7)
        data = b"".join(scanlines(part, depth) for part in passes if part.size)
    else:
        data = scanlines(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    with open(path(name), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra)
        file.write(chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def photo(width=W, height=H):
    """Smooth colours with a few hard edges."""
    y, x = np.mgrid[0:height, 0:width]
    red, green, blue = 255 * x / width, 255 * y / height, 128 + 100 * np.sin(x / 9) * np.cos(y / 7)
    image = Image.fromarray(np.stack([red, green, blue], -1).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.rectangle([width // 4, height // 4, width // 2, height // 2], fill=(250, 240, 20))
    draw.line([0, height - 1, width - 1, 0], fill=(0, 0, 0))
    return image


def with_bytes(name, source, change):
    with open(path(source), "rb") as file:
        data = bytearray(file.read())
    change(data)
    with open(path(name), "wb") as file:
        file.write(data)


def icc(kind, space, pcs, tags):
    """An ICC 2.4 profile of the given tags."""
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", offset + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", 128 + len(table) + len(data), b"test", 0x02400000, kind, space, pcs)
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(24) + bytes(4) + xyz(0.9642, 1, 0.8249)[8:]
    return head + bytes(128 - len(head)) + table + data


def xyz(*values):
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65536) for v in values))


def described(name, tags):
    text = name.encode() + b"\0"
    desc = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)
    return {b"desc": desc, b"wtpt": xyz(0.9642, 1, 0.8249), **tags}


def curve(power):
    """A tone curve of one power; 1 is the identity."""
    if power == 1:
        return b"curv" + bytes(8)
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(power * 256)) + bytes(2)


def linear_light_profile(name):
    """sRGB's primaries (adapted to D50) and no curve, whatever it is called."""
    tags = {b"rXYZ": xyz(0.43607, 0.22249, 0.01392), b"gXYZ": xyz(0.38515, 0.71687, 0.09708),
            b"bXYZ": xyz(0.14307, 0.06061, 0.71410), b"rTRC": curve(1), b"gTRC": curve(1), b"bTRC": curve(1)}
    return icc(b"mntr", b"RGB ", b"XYZ ", described(name, tags))


def icc_of_linear_light():
    """The path of such a profile, called as a well-known paint program calls it."""
    with open(path("linear.icc"), "wb") as file:
        file.write(linear_light_profile("sRGB-elle-V2-g10.icc"))
    return path("linear.icc")


def wide_profile():
    """Display P3's primaries (adapted to D50) with gamma 2.2."""
    tags = {b"rXYZ": xyz(0.5151, 0.2412, -0.0011), b"gXYZ": xyz(0.2919, 0.6922, 0.0419),
            b"bXYZ": xyz(0.1572, 0.0666, 0.7841), b"rTRC": curve(2.2), b"gTRC": curve(2.2), b"bTRC": curve(2.2)}
    return icc(b"mntr", b"RGB ", b"XYZ ", described("Wide", tags))


def srgb_curve():
    numbers = np.arange(1024) / 1023
    light = np.where(numbers <= 0.04045, numbers / 12.92, ((numbers + 0.055) / 1.055) ** 2.4)
    return b"curv" + bytes(4) + struct.pack(">I", 1024) + np.rint(light * 65535).astype(">u2").tobytes()


def display_p3_profile():
    """Display P3's primaries (adapted to D50) with the curve of sRGB."""
    tags = {b"rXYZ": xyz(0.51512, 0.24120, -0.00105), b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
            b"bXYZ": xyz(0.15710, 0.06657, 0.78407), b"rTRC": srgb_curve(), b"gTRC": srgb_curve(), b"bTRC": srgb_curve()}
    return icc(b"mntr", b"RGB ", b"XYZ ", described("Display", tags))
