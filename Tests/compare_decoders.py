"""Compares what Easel and Pillow read from pictures, file by file.

    swift build -c release --product Decode
    .venv/bin/python3 Tests/compare_decoders.py FOLDER [--decoder .build/release/Decode] [--all]

Both must have the same pixels within two levels (four for lossy formats), upright, on white, as sRGB; or both must refuse
the file. Everything else is listed, to be looked at: Pillow does not read a PNG's cICP and cHRM or raw profiles called APP1,
shows thumbnails that come before a TIFF's picture, and compares transparent colours with samples that it has made 8 bits of.
"""

import argparse
import collections
import io
import os
import subprocess
import tempfile
import warnings

import numpy as np
from PIL import Image, ImageCms, ImageOps

FORMATS = {"PNG", "JPEG", "MPO", "WEBP", "AVIF", "HEIF", "TIFF"}
UNREAD_BY_PILLOW = ("cICP", "cHRM", "nclx", "Adobe RGB")
SRGB = ImageCms.createProfile("sRGB")


class NotOurs(Exception):
    pass


def as_srgb(image):
    """By the picture's profile, or a PNG's gAMA, which Pillow leaves to its caller."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("L", "RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
    gamma = image.info.get("gamma")
    image = image.convert("RGB")
    if gamma and "srgb" not in image.info and not profile and abs(gamma - 0.45455) > 0.005:
        light = (np.arange(256) / 255) ** (1 / gamma)
        numbers = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
        image = image.point(list(np.rint(255 * numbers).astype(int)) * 3)
    return image


def on_white(image):
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if not has_alpha:
        return image
    layer = image.convert("RGBA")
    flat = Image.alpha_composite(Image.new("RGBA", image.size, "white"), layer).convert("RGB")
    flat.info = dict(image.info)
    return flat


def in_eight_bits(image):
    if not image.mode.startswith("I"):
        return image
    deep = np.asarray(image).astype(float)
    if (key := image.info.get("transparency")) is not None:
        deep = np.where(deep == key, 65535, deep)
    eight = Image.fromarray(np.clip(np.rint(deep / 257), 0, 255).astype(np.uint8))
    eight.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return eight


def read_with_pillow(file):
    image = Image.open(file)
    if image.format not in FORMATS:
        raise NotOurs
    image.load()
    info = dict(image.info)
    image = ImageOps.exif_transpose(image)
    image.info = info
    return np.asarray(as_srgb(on_white(in_eight_bits(image)))).astype(int)


def files_in(folder):
    return [os.path.join(place, name) for place, _, names in sorted(os.walk(folder)) for name in sorted(names)]


def read_with_easel(decoder, files, folder):
    answers = []
    for start in range(0, len(files), 500):
        part = files[start : start + 500]
        place = os.path.join(folder, str(start))
        os.mkdir(place)
        lines = subprocess.run([decoder, place, *part], check=True, capture_output=True, text=True).stdout.splitlines()
        for line in lines:
            number, width, _, words = line.split("\t", 3)
            picture = None
            if width != "0":
                picture = np.asarray(Image.open(f"{place}/{number}.ppm")).astype(int)
            answers.append((picture, words))
    return answers


def judge(file, ours, words):
    try:
        theirs = read_with_pillow(file)
    except NotOurs:
        return "of no format that Easel reads", ""
    except Exception as error:  # Pillow has many ways to refuse a file
        return ("both refuse" if ours is None else "only Easel reads it"), f"Pillow: {error}"
    if ours is None:
        return "only Pillow reads it", words
    if ours.shape != theirs.shape:
        return "different", f"{ours.shape[1::-1]} and {theirs.shape[1::-1]} pixels; {words}"
    worst = abs(ours - theirs).max()
    if worst > 4 and any(mark in words for mark in UNREAD_BY_PILLOW):
        return "other colours, by what Pillow does not read", words
    lossy = not file.lower().endswith((".png", ".tif", ".tiff"))
    return ("same" if worst <= (4 if lossy else 2) else "different"), f"{worst} levels; {words}"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder")
    options.add_argument("--decoder", default=".build/release/Decode")
    options.add_argument("--all", action="store_true", help="list the files that are read alike too")
    options = options.parse_args()
    warnings.simplefilter("ignore")
    files = files_in(options.folder)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for file, (picture, words) in zip(files, read_with_easel(options.decoder, files, folder)):
            verdict, detail = judge(file, picture, words)
            counts[verdict] += 1
            if options.all or verdict not in ("same", "of no format that Easel reads"):
                print(f"{verdict}: {os.path.relpath(file, options.folder)}: {detail}")
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()) + f"; {len(files)} files")


if __name__ == "__main__":
    main()
