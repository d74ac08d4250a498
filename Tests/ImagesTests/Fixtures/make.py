"""Writes pictures of every kind into the folder sys.argv[1], each with NAME.ppm: what a reader must make of it.

What Pillow cannot write (16-bit RGB, few bits, interlaced) is written here from the PNG specification.
"""

import io
import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageDraw, ImageOps

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


def on_white(rgb, alpha):
    """rgb: 0..255, alpha: 0..1."""
    return rgb * alpha + 255 * (1 - alpha)


def grey_as_rgb(grey):
    return np.repeat(grey, 3, axis=2)


def pngs():
    rng = np.random.default_rng(1)
    for depth in (1, 2, 4, 8, 16):
        top = 2**depth - 1
        grey = rng.integers(0, top + 1, (H, W, 1))
        light = grey_as_rgb(grey * 255.0 / top)
        for interlaced in (False, True):
            name = f"grey{depth}{'-interlaced' if interlaced else ''}.png"
            write_png(name, grey, depth, 0, interlaced=interlaced)
            expect(name, light)
        key = int(grey[0, 0, 0])
        write_png(f"grey{depth}-key.png", grey, depth, 0, chunk(b"tRNS", struct.pack(">H", key)))
        expect(f"grey{depth}-key.png", np.where(grey == key, 255, light))
    for depth in (8, 16):
        top = 2**depth - 1
        rgba = rng.integers(0, top + 1, (H, W, 4))
        rgb = rgba[..., :3] * 255.0 / top
        alpha = rgba[..., 3:] / top
        for interlaced in (False, True):
            suffix = "-interlaced" if interlaced else ""
            write_png(f"rgb{depth}{suffix}.png", rgba[..., :3], depth, 2, interlaced=interlaced)
            expect(f"rgb{depth}{suffix}.png", rgb)
            write_png(f"rgba{depth}{suffix}.png", rgba, depth, 6, interlaced=interlaced)
            expect(f"rgba{depth}{suffix}.png", on_white(rgb, alpha))
        write_png(f"greyalpha{depth}.png", rgba[..., 2:], depth, 4)
        expect(f"greyalpha{depth}.png", on_white(grey_as_rgb(rgb[..., 2:]), alpha))
        key = rgba[0, 0, :3]
        write_png(f"rgb{depth}-key.png", rgba[..., :3], depth, 2, chunk(b"tRNS", struct.pack(">HHH", *map(int, key))))
        expect(f"rgb{depth}-key.png", np.where((rgba[..., :3] == key).all(-1, keepdims=True), 255, rgb))
    for depth in (1, 2, 4, 8):
        count = 2**depth
        palette = rng.integers(0, 256, (count, 3))
        alphas = rng.integers(0, 256, count)
        index = rng.integers(0, count, (H, W, 1))
        colours = chunk(b"PLTE", palette.astype(np.uint8).tobytes())
        write_png(f"palette{depth}.png", index, depth, 3, colours)
        expect(f"palette{depth}.png", palette[index[..., 0]])
        transparency = chunk(b"tRNS", alphas.astype(np.uint8).tobytes())
        write_png(f"palette{depth}-alpha.png", index, depth, 3, colours + transparency, interlaced=True)
        expect(f"palette{depth}-alpha.png", on_white(palette[index[..., 0]], alphas[index] / 255.0))
    opaque = np.concatenate([rng.integers(0, 256, (H, W, 3)), np.full((H, W, 1), 255)], axis=2)
    write_png("opaque.png", opaque, 8, 6)
    expect("opaque.png", opaque[..., :3])
    write_png("gamma.png", opaque[..., :3], 8, 2, chunk(b"gAMA", struct.pack(">I", 100000)))
    expect("gamma.png", opaque[..., :3])
    write_png("tiny.png", rng.integers(0, 256, (3, 5, 3)), 8, 2)


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


def jpegs():
    image = photo()
    kinds = {
        "baseline.jpg": dict(quality=90),
        "full-colour.jpg": dict(quality=95, subsampling=0),
        "optimised.jpg": dict(quality=60, subsampling=1, optimize=True),
        "progressive.jpg": dict(quality=85, progressive=True),
        "restarts.jpg": dict(quality=85, restart_marker_blocks=3),
    }
    for name, options in kinds.items():
        image.save(path(name), "JPEG", **options)
    image.convert("L").save(path("grey.jpg"), quality=90)
    image.convert("L").save(path("grey-progressive.jpg"), quality=90, progressive=True)
    image.save(path("named-wrongly.png"), "JPEG")
    for name in [*kinds, "grey.jpg", "grey-progressive.jpg", "named-wrongly.png"]:
        expect(name, np.asarray(Image.open(path(name)).convert("RGB")))
    cmyk = Image.merge("CMYK", [*image.split(), image.convert("L").point(lambda v: v // 3)])
    cmyk.save(path("cmyk.jpg"), quality=95, subsampling=0)

    def mark_as_ycck(data):
        data[data.index(b"Adobe") + 11] = 2

    def remove_adobe(data):
        start = data.index(b"Adobe") - 4
        del data[start : start + 16]

    with_bytes("ycck.jpg", "cmyk.jpg", mark_as_ycck)
    with_bytes("cmyk-plain.jpg", "cmyk.jpg", remove_adobe)
    # Pillow turns every CMYK JPEG over, as Adobe's need it.
    for name, turned in (("cmyk.jpg", False), ("ycck.jpg", False), ("cmyk-plain.jpg", True)):
        ink = np.asarray(Image.open(path(name))).astype(float)
        ink = 255 - ink if turned else ink
        expect(name, (255 - ink[..., :3]) * (255 - ink[..., 3:]) / 255)


def stray_bytes(data):
    """Two bytes that belong to nothing, before the first scan: libjpeg skips them and says so."""
    start = data.index(b"\xff\xda")
    data[start:start] = b"\x11\x22"


def oriented():
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for kind, options in (("jpg", dict(quality=95, subsampling=0)), ("png", {})):
            name = f"orientation{orientation}.{kind}"
            photo().save(path(name), exif=exif, **options)
            expect(name, np.asarray(ImageOps.exif_transpose(Image.open(path(name)))))


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


def wide_profile():
    """Display P3's primaries (adapted to D50) with gamma 2.2."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    tags = {b"rXYZ": xyz(0.5151, 0.2412, -0.0011), b"gXYZ": xyz(0.2919, 0.6922, 0.0419),
            b"bXYZ": xyz(0.1572, 0.0666, 0.7841), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    return icc(b"mntr", b"RGB ", b"XYZ ", described("Wide", tags))


def ink_profile():
    """A made-up press: a table of two steps per ink to Lab."""
    ramp = bytes(range(256))
    nodes = b""
    for i in range(16):
        c, m, y, k = (i >> 3 & 1), (i >> 2 & 1), (i >> 1 & 1), i & 1
        light = 0.95 * (1 - 0.25 * (c + m + 0.3 * y)) * (1 - 0.9 * k)
        nodes += bytes([round(255 * light), 128 + round(50 * (m - c) * light), 128 + round(60 * (y - (c + m) / 2) * light)])
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + 4 * ramp + nodes + 3 * ramp
    return icc(b"prtr", b"CMYK", b"Lab ", described("Press", {b"A2B0": table}))


def profiled():
    sRGB = ImageCms.createProfile("sRGB")
    wide, ink = wide_profile(), ink_profile()

    def in_sRGB(image, profile):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image.copy(), source, sRGB, outputMode="RGB")

    image = photo()
    image.save(path("wide.png"), icc_profile=wide)
    expect("wide.png", np.asarray(in_sRGB(image, wide)))
    image.save(path("wide.jpg"), icc_profile=wide, quality=95, subsampling=0)
    expect("wide.jpg", np.asarray(in_sRGB(Image.open(path("wide.jpg")), wide)))
    cmyk = Image.open(path("cmyk.jpg"))
    cmyk.save(path("press.jpg"), icc_profile=ink, quality=95, subsampling=0)
    expect("press.jpg", np.asarray(in_sRGB(Image.open(path("press.jpg")), ink)))
    image.save(path("srgb.png"), icc_profile=ImageCms.ImageCmsProfile(sRGB).tobytes())
    image.save(path("wrong-profile.jpg"), icc_profile=ink, quality=95)
    image.save(path("damaged-profile.jpg"), icc_profile=wide[:200], quality=95)


def foreign():
    image = photo()
    for name, kind in (("gif", "GIF"), ("webp", "WEBP"), ("tiff", "TIFF"), ("bmp", "BMP"), ("pdf", "PDF"), ("ico", "ICO"),
                       ("jp2", "JPEG2000")):
        image.save(path("foreign." + name), kind)


def resized():
    image = photo(403, 301)
    image.save(path("large.png"))
    # One-pixel stripes and checks: the classical trap of a careless resampler.
    checks = np.indices((240, 320)).sum(0) % 2 * 255
    Image.fromarray(np.stack([checks, 255 - checks, np.tile([0, 255], (240, 160))], -1).astype(np.uint8)).save(
        path("checks.png"))
    photo(1, 1).save(path("dot.png"))
    for name, sizes in (("large", [(50, 37), (512, 382), (403, 40), (31, 301), (1, 1), (402, 300)]),
                        ("checks", [(40, 30), (319, 239), (100, 7)]), ("dot", [(5, 7)])):
        source = Image.open(path(name + ".png"))
        for size in sizes:
            source.resize(size, Image.LANCZOS).save(path(f"{name}-{size[0]}x{size[1]}.ppm"))


pngs()
jpegs()
with_bytes("stray.jpg", "baseline.jpg", stray_bytes)
oriented()
profiled()
foreign()
resized()
