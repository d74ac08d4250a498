"""WebP, HEIC, AVIF and TIFF pictures. Pillow writes and reads all but HEIC, for which there is heif-enc."""

import io
import struct
import subprocess

import numpy as np
from PIL import Image, ImageCms, ImageOps, TiffImagePlugin

from common import H, W, display_p3_profile, expect, icc_of_linear_light, path, photo, with_bytes


def as_read(name):
    """What Pillow makes of it, upright and on white."""
    image = ImageOps.exif_transpose(Image.open(path(name)))
    if image.mode in ("RGBA", "LA", "PA"):
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return np.asarray(image.convert("RGB"))


def with_alpha():
    image = photo()
    image.putalpha(Image.fromarray((np.indices((H, W)).sum(0) * 2 % 256).astype(np.uint8)))
    return image


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def linear():
    """A picture of linear light with a profile that says so, and the same as sRGB."""
    profile = icc_of_linear_light()
    image = photo()
    source = ImageCms.ImageCmsProfile(profile)
    return profile, np.asarray(ImageCms.profileToProfile(image.copy(), source, ImageCms.createProfile("sRGB")))


def webps():
    photo().save(path("lossy.webp"), quality=90)
    photo().save(path("lossless.webp"), lossless=True)
    with_alpha().save(path("alpha.webp"), lossless=True, exact=True)
    photo().save(path("orientation6.webp"), lossless=True, exif=turned(6))
    # As writers did it before the format's authors had said how: with JPEG's mark.
    photo().save(path("marked-exif.webp"), lossless=True, exif=b"Exif\0\0" + b"Exif\0\0" + turned(8).tobytes()[6:])
    frames = [photo(), Image.new("RGB", (W, H), "red")]
    frames[0].save(path("animated.webp"), save_all=True, append_images=frames[1:], lossless=True, duration=100)
    for name in ("lossy", "lossless", "alpha", "orientation6", "animated"):
        expect(name + ".webp", as_read(name + ".webp"))
    expect("marked-exif.webp", np.asarray(ImageOps.exif_transpose(with_orientation(photo(), 8))))
    profile, light = linear()
    photo().save(path("linear.webp"), lossless=True, icc_profile=open(profile, "rb").read())
    expect("linear.webp", light)


def with_orientation(image, orientation):
    """The picture as a reader has it that knows its orientation."""
    image.save(path("turned.png"), exif=turned(orientation))
    return Image.open(path("turned.png"))


def tiffs():
    image = photo()
    kinds = {
        "raw": {}, "lzw": dict(compression="tiff_lzw"), "deflate": dict(compression="tiff_adobe_deflate"),
        "jpeg": dict(compression="jpeg", quality=95), "packbits": dict(compression="packbits"),
    }
    for name, options in kinds.items():
        image.save(path(name + ".tiff"), **options)
        expect(name + ".tiff", as_read(name + ".tiff"))
    image.convert("L").save(path("grey.tiff"))
    expect("grey.tiff", as_read("grey.tiff"))
    image.convert("1").save(path("fax.tiff"), compression="group4")
    expect("fax.tiff", as_read("fax.tiff"))
    image.convert("P").save(path("palette.tiff"))
    expect("palette.tiff", as_read("palette.tiff"))
    with_alpha().save(path("alpha.tiff"))
    expect("alpha.tiff", as_read("alpha.tiff"))
    deep = np.asarray(image.convert("L")).astype(np.uint16) * 257
    Image.fromarray(deep).save(path("grey16.tiff"))
    expect("grey16.tiff", np.repeat((deep // 257)[:, :, None], 3, axis=2))
    for orientation in range(1, 9):
        name = f"orientation{orientation}.tiff"
        image.save(path(name), tiffinfo={274: orientation})
        expect(name, as_read(name))
    image.save(path("pages.tiff"), save_all=True, append_images=[Image.new("RGB", (W, H), "red")])
    expect("pages.tiff", np.asarray(image))
    # A thumbnail first, as GIMP and cameras write it.
    thumbnail = image.resize((16, 11))
    with TiffImagePlugin.AppendingTiffWriter(path("thumbnail-first.tiff"), True) as file:
        thumbnail.save(file, "TIFF", tiffinfo={254: 1})
        file.newFrame()
        image.save(file, "TIFF")
    expect("thumbnail-first.tiff", np.asarray(image))
    ink = Image.merge("CMYK", [*image.split(), image.convert("L").point(lambda v: v // 3)])
    ink.save(path("cmyk.tiff"))
    inks = np.asarray(ink).astype(float)
    expect("cmyk.tiff", (255 - inks[..., :3]) * (255 - inks[..., 3:]) / 255)
    image.save(path("strips.tiff"), tiffinfo={278: 4})
    expect("strips.tiff", np.asarray(image))
    profile, light = linear()
    image.save(path("linear.tiff"), icc_profile=open(profile, "rb").read())
    expect("linear.tiff", light)
    # A camera's raw file by its tags: a small picture, and the large one behind a pointer that TIFF readers pass over.
    thumbnail.save(path("raw-camera.tiff"), tiffinfo={254: 1, 50706: b"\1\4\0\0"})


def write_tiff(name, samples, tags, order="<", bits=8, tile=None, rows=None, apart=False):
    """What Pillow cannot write, from the TIFF 6.0 specification. samples: H x W x channels, below 2**bits."""
    height, width, channels = samples.shape
    kind = {1: "u1", 8: "u1", 16: order + "u2"}[bits]
    planes = [samples[..., i : i + 1] for i in range(channels)] if apart else [samples]
    blocks = []
    for plane in planes:
        if tile:
            padded = np.pad(plane, ((0, -height % tile), (0, -width % tile), (0, 0)))
            blocks += [padded[y : y + tile, x : x + tile] for y in range(0, height, tile) for x in range(0, width, tile)]
        else:
            step = rows or height
            blocks += [plane[y : y + step] for y in range(0, height, step)]
    data = [np.packbits(b[..., 0], axis=1).tobytes() if bits == 1 else b.astype(kind).tobytes() for b in blocks]
    starts, end = [], 8
    for block in data:
        starts.append(end)
        end += len(block)
    entries = {256: [width], 257: [height], 258: [bits] * channels, 259: [1], 277: [channels],
               284: [2 if apart else 1], **tags}
    if tile:
        entries.update({322: [tile], 323: [tile], 324: starts, 325: [len(b) for b in data]})
    else:
        entries.update({278: [rows or height], 273: starts, 279: [len(b) for b in data]})
    directory, extra = b"", b""
    extra_start = end + 2 + 12 * len(entries) + 4
    for tag, values in sorted(entries.items()):
        packed = struct.pack(f"{order}{len(values)}I", *values)
        if len(values) > 1:
            packed, extra = struct.pack(order + "I", extra_start + len(extra)), extra + packed
        directory += struct.pack(order + "HHI", tag, 4, len(values)) + packed
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, end)
    with open(path(name), "wb") as file:
        file.write(head + b"".join(data) + struct.pack(order + "H", len(entries)) + directory + bytes(4) + extra)


def rare_tiffs():
    rgb = np.asarray(photo()).astype(int)
    grey = np.asarray(photo().convert("L")).astype(int)[..., None]
    alpha = (np.indices((H, W)).sum(0) * 2 % 256)[..., None]
    share = alpha / 255
    write_tiff("grey-alpha.tiff", np.concatenate([grey, alpha], 2), {262: [1], 338: [2]})
    expect("grey-alpha.tiff", np.repeat(grey * share + 255 * (1 - share), 3, 2))
    multiplied = np.rint(rgb * share).astype(int)
    write_tiff("multiplied.tiff", np.concatenate([multiplied, alpha], 2), {262: [2], 338: [1]})
    expect("multiplied.tiff", multiplied + 255 * (1 - share))
    write_tiff("planar.tiff", rgb, {262: [2]}, rows=5, apart=True)
    write_tiff("tiles.tiff", rgb, {262: [2]}, tile=16)
    write_tiff("big-endian16.tiff", rgb * 257, {262: [2]}, order=">", bits=16, rows=7)
    for name in ("planar", "tiles", "big-endian16"):
        expect(name + ".tiff", rgb)
    ink = np.concatenate([rgb, grey // 3], 2)
    write_tiff("cmyk16.tiff", ink * 257, {262: [5]}, bits=16, tile=32)
    expect("cmyk16.tiff", (255 - ink[..., :3]) * (255 - ink[..., 3:]) / 255)
    write_tiff("white-is-zero.tiff", 255 - grey, {262: [0]})
    expect("white-is-zero.tiff", np.repeat(grey, 3, 2))
    write_tiff("unknown-channel.tiff", np.concatenate([rgb, alpha], 2), {262: [2], 338: [0]})
    expect("unknown-channel.tiff", rgb)
    bits = (grey > 100).astype(int)
    write_tiff("tiles-1bit.tiff", bits, {262: [1]}, bits=1, tile=16)
    expect("tiles-1bit.tiff", np.repeat(bits * 255, 3, 2))
    # Damage that libtiff only warns of.
    with_bytes("spoilt.tiff", "jpeg.tiff", lambda data: data.__setitem__(slice(700, 740), bytes(40)))


def heif_enc(source, target, *options):
    subprocess.run(["heif-enc", path(source), "-o", path(target), *options], check=True, capture_output=True)


def in_sRGB(profile):
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return np.asarray(ImageCms.profileToProfile(photo(64, 48), source, ImageCms.createProfile("sRGB")))


def say(data, primaries, transfer):
    """Code points in place of the profile; heif-enc cannot write them."""
    start = data.index(b"colr") + 4
    data[start : start + 11] = b"nclx" + struct.pack(">HHHB", primaries, transfer, 6, 0x80)


LOSSLESS = ("-L", "-p", "chroma=444", "--matrix_coefficients=0")


def heifs():
    photo(64, 48).save(path("even.png"))
    with_alpha().resize((64, 48)).save(path("even-alpha.png"))
    even = np.asarray(photo(64, 48))
    profile = display_p3_profile()
    Image.open(path("even.png")).save(path("even-profile.png"), icc_profile=profile)
    for kind in ("heic", "avif"):
        heif_enc("even.png", f"plain.{kind}", *LOSSLESS)
        expect(f"plain.{kind}", even)
        heif_enc("even-alpha.png", f"alpha.{kind}", *LOSSLESS)
        expect(f"alpha.{kind}", as_read("even-alpha.png"))
        heif_enc("even-profile.png", f"profile.{kind}", *LOSSLESS)
        expect(f"profile.{kind}", in_sRGB(profile))
        expect(f"p3.{kind}", in_sRGB(display_p3_profile()))
        for name, points in (("pq", (9, 16)), ("hlg", (9, 18)), ("p3", (12, 13))):
            with_bytes(f"{name}.{kind}", f"profile.{kind}", lambda data, points=points: say(data, *points))


def make():
    webps()
    tiffs()
    rare_tiffs()
    heifs()
