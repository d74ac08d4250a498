"""Writes pictures of every kind into the folder sys.argv[1], each with NAME.ppm: what a reader must make of it."""

import io
import struct

import numpy as np
from PIL import Image, ImageCms, ImageOps

import formats
import odd
from common import (H, W, chunk, described, expect, icc, path, photo, wide_profile, with_bytes,
                    write_png, xyz)


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
    light = opaque[..., :3] / 255.0
    expect("gamma.png", 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))
    write_png("tiny.png", rng.integers(0, 256, (3, 5, 3)), 8, 2)


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
    # Every CMYK JPEG is stored turned over, with Adobe's marker or without: so Pillow, libvips since 8.8 (libvips#1283,
    # sharp#1649), ImageMagick (coders/jpeg.c), Chromium (jpeg_image_decoder.cc, SetPixel<JCS_CMYK>), Skia
    # (SkJpegDecoderMgr.cpp) and Firefox (nsJPEGDecoder.cpp); only writers of PDF and Wine go by the marker.
    for name in ("cmyk.jpg", "ycck.jpg", "cmyk-plain.jpg"):
        ink = np.asarray(Image.open(path(name))).astype(float)
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
    for name, kind in (("gif", "GIF"), ("bmp", "BMP"), ("pdf", "PDF"), ("ico", "ICO"),
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
formats.make()
odd.make()
