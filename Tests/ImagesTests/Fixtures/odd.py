"""Pictures as phones, scanners, old programs and bad copies really make them. NAME.ppm is what must come of each."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

from common import (H, W, chunk, curve, described, display_p3_profile, expect, icc, linear_light_profile, path, photo,
                    scanlines, with_bytes, write_png, xyz)

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def header(width, height, depth=8, color=2, interlaced=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced))


def png(name, *chunks):
    with open(path(name), "wb") as file:
        file.write(SIGNATURE + b"".join(chunks) + chunk(b"IEND", b""))


def pixels(data):
    return chunk(b"IDAT", data)


def with_wrong_sum(data):
    return data[:-4] + bytes([data[-4] ^ 0xFF]) + data[-3:]


def sound_pixels_in_odd_files():
    """All of them are painted; see OddPictureFilesTests for who has reported each."""
    image = np.asarray(photo())
    rows = scanlines(image, 8)
    packed = zlib.compress(rows)
    head = header(W, H)
    # A window of 256 bytes is announced and 32 KiB are needed: rows of 64 pixels that repeat after eight.
    tile = np.random.default_rng(5).integers(0, 256, (8, 64, 3))
    tiled = np.tile(tile, (12, 1, 1))
    packed_tiles = zlib.compress(scanlines(tiled, 8))
    png("small-window.png", header(64, 96), pixels(b"\x08\x1d" + packed_tiles[2:]))
    expect("small-window.png", tiled)
    png("wrong-adler.png", head, pixels(packed[:-4] + b"\0\0\0\0"))
    png("wrong-crc.png", head, with_wrong_sum(pixels(packed)))
    png("wrong-crc-of-text.png", head, with_wrong_sum(chunk(b"tEXt", b"Title\0cat")), pixels(packed))
    png("more-data.png", head, pixels(packed + b"more"), chunk(b"IDAT", b""))
    png("many-chunks.png", head, *(pixels(packed[i : i + 1]) for i in range(len(packed))))
    png("bad-profile.png", head, chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile")), pixels(packed))
    with open(path("no-end.png"), "wb") as file:
        file.write(SIGNATURE + head + pixels(packed))
    with open(path("after-end.png"), "wb") as file:
        file.write(SIGNATURE + head + pixels(packed) + chunk(b"IEND", b"") + bytes(4096))
    for name in ("wrong-adler", "wrong-crc", "wrong-crc-of-text", "more-data", "many-chunks", "bad-profile", "no-end",
                 "after-end"):
        expect(name + ".png", image)

    def zero_scan_parameters(data):
        start = data.index(b"\xff\xda")
        length = data[start + 2] << 8 | data[start + 3]
        data[start + 2 + length - 3 : start + 2 + length] = b"\0\0\0"

    def fill_bytes(data):
        start = data.index(b"\xff\xda")
        data[start:start] = b"\xff" * 5

    def drop_end(data):
        del data[-2:]

    def add_film(data):
        data += b"\0\0\0\x18ftypmp42" + bytes(1000)

    def zeros_before_end(data):
        data[-2:-2] = bytes(40)

    for name, source, change in (
            ("zero-scan-parameters.jpg", "baseline.jpg", zero_scan_parameters),
            ("fill-bytes.jpg", "baseline.jpg", fill_bytes), ("no-end.jpg", "baseline.jpg", drop_end),
            ("no-end-progressive.jpg", "progressive.jpg", drop_end), ("motion-photo.jpg", "baseline.jpg", add_film),
            ("zeros-before-end.jpg", "baseline.jpg", zeros_before_end)):
        with_bytes(name, source, change)
        expect(name, np.asarray(Image.open(path(source))))


def damaged_pictures():
    """Pixels are missing or wrong: refused, and painted only with leave."""
    def half_and_end(data):
        del data[len(data) * 3 // 4 :]
        data += b"\xff\xd9"

    def spoil_interval(data):
        middle = data.index(b"\xff\xd1")
        data[middle + 2 : middle + 12] = b"\xfe" * 10

    with_bytes("half-and-end.jpg", "baseline.jpg", half_and_end)
    with_bytes("spoilt-interval.jpg", "restarts.jpg", spoil_interval)
    rows = bytearray(scanlines(np.asarray(photo()), 8))
    packed = zlib.compress(bytes(rows))
    # Stored without packing, so that a changed byte is a changed pixel that only the two sums know of.
    stored = bytearray(zlib.compress(bytes(rows), 0))
    stored[len(stored) // 2] ^= 0x40
    good = zlib.compress(bytes(rows), 0)
    crc = struct.pack(">I", zlib.crc32(b"IDAT" + good))
    png("changed-pixel.png", header(W, H), struct.pack(">I", len(stored)) + b"IDAT" + bytes(stored) + crc)
    png("apple.png", chunk(b"CgBI", b"\x50\0\x20\2"), header(W, H), pixels(packed))


def colours():
    """What numbers mean, in the order in which a PNG's chunks count."""
    image = photo()
    array = np.asarray(image)
    data = pixels(zlib.compress(scanlines(array, 8)))
    head = header(W, H)
    sRGB = ImageCms.createProfile("sRGB")

    def in_sRGB(profile, source=image, mode="RGB"):
        return np.asarray(ImageCms.profileToProfile(
            source.copy(), ImageCms.ImageCmsProfile(io.BytesIO(profile)), sRGB, outputMode=mode))

    def iccp(profile):
        return chunk(b"iCCP", b"any name\0\0" + zlib.compress(profile))

    linear = linear_light_profile("sRGB-elle-V2-g10.icc")
    light = in_sRGB(linear)
    image.save(path("linear.jpg"), icc_profile=linear, quality=100, subsampling=0)
    expect("linear.jpg", in_sRGB(linear, Image.open(path("linear.jpg"))))
    png("linear.png", head, iccp(linear), data)
    expect("linear.png", light)
    # sRGB under another name stays as it is.
    other = bytearray(ImageCms.ImageCmsProfile(sRGB).tobytes())
    while b"s\0R\0G\0B" in other:
        start = other.index(b"s\0R\0G\0B")
        other[start : start + 7] = b"t\0u\0r\0n"
    png("srgb-by-another-name.png", head, iccp(bytes(other)), data)
    expect("srgb-by-another-name.png", array)
    grey = icc(b"mntr", b"GRAY", b"XYZ ", described("Grey Gamma 1.0", {b"kTRC": curve(1)}))
    grey_image = image.convert("L")
    grey_light = in_sRGB(grey, grey_image)
    write_png("grey-profile.png", np.asarray(grey_image)[:, :, None], 8, 0, iccp(grey))
    expect("grey-profile.png", grey_light)
    grey_image.save(path("grey-profile.jpg"), icc_profile=grey, quality=100)
    expect("grey-profile.jpg", in_sRGB(grey, Image.open(path("grey-profile.jpg"))))

    gamma = {power: chunk(b"gAMA", struct.pack(">I", round(100000 / power))) for power in (1, 2.2)}
    srgb = chunk(b"sRGB", b"\0")
    white_and_srgb = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
    p3 = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000]
    chrm = chunk(b"cHRM", struct.pack(">8I", *white_and_srgb))
    chrm_p3 = chunk(b"cHRM", struct.pack(">8I", *p3))

    def cicp(primaries, transfer, matrix=0, full=1):
        return chunk(b"cICP", bytes([primaries, transfer, matrix, full]))

    for name, chunks, expected in (
            ("gamma-is-srgb", [gamma[2.2]], array), ("gamma-and-srgb-lights", [gamma[1], chrm], light),
            ("srgb-before-gamma", [srgb, gamma[1]], array), ("gamma-before-srgb", [gamma[1], srgb], array),
            ("profile-before-srgb", [srgb, iccp(linear)], light), ("cicp-before-profile", [iccp(linear), cicp(1, 13)], array),
            ("cicp-linear", [cicp(1, 8)], light), ("cicp-unknown", [cicp(2, 2), iccp(linear)], light),
            ("cicp-matrix", [cicp(1, 13, 1), iccp(linear)], light)):
        png(name + ".png", head, *chunks, data)
        expect(name + ".png", expected)
    # Display P3 by its lights, by code points and by a profile: three ways to say one thing.
    display = display_p3_profile()
    for name, chunks in (("p3-lights", [chrm_p3]), ("p3-lights-gamma", [chrm_p3, gamma[2.2]]), ("p3-code-points", [cicp(12, 13)]),
                         ("p3-profile", [iccp(display)])):
        png(name + ".png", head, *chunks, data)
        expect(name + ".png", in_sRGB(display))
    narrow = np.rint(array / 255 * 219 + 16).astype(np.uint8)
    png("narrow.png", head, cicp(1, 13, 0, 0), pixels(zlib.compress(scanlines(narrow, 8))))
    expect("narrow.png", array)
    png("pq.png", head, cicp(9, 16), data)
    png("hlg.png", head, cicp(9, 18), data)
    adobe = Image.Exif()
    adobe.get_ifd(0x8769)[0xA001] = 0xFFFF
    adobe.get_ifd(0x8769)[0xA005] = {1: "R03"}
    image.save(path("adobe-by-exif.jpg"), quality=100, subsampling=0, exif=adobe)
    adobe_rgb = icc(b"mntr", b"RGB ", b"XYZ ", described("Adobe", {
        b"rXYZ": xyz(0.60974, 0.31111, 0.01947), b"gXYZ": xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": xyz(0.14919, 0.06322, 0.74457), b"rTRC": curve(2.2), b"gTRC": curve(2.2), b"bTRC": curve(2.2)}))
    expect("adobe-by-exif.jpg", in_sRGB(adobe_rgb, Image.open(path("adobe-by-exif.jpg"))))


def orientations():
    image = photo()
    exif = Image.Exif()
    exif[0x0112] = 6
    tiff = exif.tobytes()[6:]
    upright = np.asarray(ImageOps.exif_transpose(turned(image, exif)))
    data = pixels(zlib.compress(scanlines(np.asarray(image), 8)))
    head = header(W, H)
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    element = b"<x:xmpmeta><tiff:Orientation>6</tiff:Orientation></x:xmpmeta>"

    def raw(kind, payload):
        digits = payload.hex()
        lines = "\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
        return f"\n{kind}\n{len(payload):8}\n{lines}\n".encode()

    international = b"XML:com.adobe.xmp\0\0\0\0\0"
    marked = b"Exif\0\0" + tiff
    for name, extra in (
            ("marked-exif", chunk(b"eXIf", marked)), ("raw-exif", chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw("exif", marked)))),
            ("raw-app1", chunk(b"tEXt", b"Raw profile type APP1\0" + raw("generic", marked))),
            ("xmp", chunk(b"iTXt", international + packet)),
            ("packed-xmp", chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0en\0\0" + zlib.compress(element)))):
        png(f"turned-by-{name}.png", head, extra, data)
        expect(f"turned-by-{name}.png", upright)
    png("turned-after-pixels.png", head, data, chunk(b"eXIf", tiff))
    expect("turned-after-pixels.png", upright)
    # EXIF that says something is believed before XMP.
    exif[0x0112] = 1
    png("exif-before-xmp.png", head, chunk(b"eXIf", exif.tobytes()[6:]), chunk(b"iTXt", international + packet), data)
    expect("exif-before-xmp.png", np.asarray(image))

    def add_xmp(data):
        segment = b"http://ns.adobe.com/xap/1.0/\0" + packet
        data[2:2] = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment

    image.save(path("flat.jpg"), quality=95, subsampling=0)
    with_bytes("turned-by-xmp.jpg", "flat.jpg", add_xmp)
    expect("turned-by-xmp.jpg", np.rot90(np.asarray(Image.open(path("flat.jpg"))), -1))


def turned(image, exif):
    image.save(path("turned.png"), exif=exif)
    return Image.open(path("turned.png"))


def make():
    sound_pixels_in_odd_files()
    damaged_pictures()
    colours()
    orientations()
