#!/usr/bin/env python3
"""Paints the pictures of Documentation/Gallery.md and writes the page: what each control does, on one photo and one painting.

    Scripts/gallery.py EASEL [NAME ...]     only the strips of these names; the others stay as they are

Needs Pillow. Each strip is a row of small results that differ in one setting; the first is the default.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "Documentation/gallery"
CAT, VILLAGE = ROOT / "Examples/cat.content.jpg", ROOT / "Examples/cat.style.jpg"
SAMPLES = ROOT / "Examples/samples"
STARRY, SCREAM, TEMPLE = SAMPLES / "starry-night.jpg", SAMPLES / "scream.jpg", SAMPLES / "temple.jpg"
BASE = {"preset": "lesson-transfer", "size": 224, "scales": "auto", "iterations": 5, "evaluations_per_iteration": 6, "init": "content", "gif": "false"}


EASEL = {key: None for key in BASE if key not in ("size", "gif")} | {"preset": "easel"}


class Strip:
    """A row of pictures. `cells` are (label, settings); a setting of None takes the key away, an option begins with a dash."""

    def __init__(self, name, text, cells, photo=CAT, paintings=(VILLAGE,), crop=None):
        self.name, self.text, self.cells = name, text, cells
        self.photo, self.paintings, self.crop = photo, paintings, crop


def each(key, *values):
    return [(f"{key}: {value}", {key: value}) for value in values]


STRIPS = [
    Strip("presets", "`preset:` with everything else as the preset has it", [
        (name, EASEL | {"preset": name})
        for name in ("easel", "fast", "lesson-transfer", "gatys", "neural-style", "titu", "pastiche")]),
    Strip("strength", "`strength:` with `preset: easel`, from the photo to the painting", [
        (f"strength: {value}", EASEL | {"strength": value})
        for value in (0, 0.25, 0.5, 0.75, 1)], photo=TEMPLE, paintings=(STARRY,)),
    Strip("network", "`network:`", each("network", "vgg16", "vgg19")),
    Strip("pooling", "`pooling:`", each("pooling", "average", "max", "l2")),
    Strip("padding", "`padding:` of the first convolution; the upper left corner, enlarged", each("padding", "zero", "replicate", "reflect"),
          crop=(0, 0, 72, 54)),
    Strip("style-loss", "`style_loss:`", each("style_loss", "gram", "covariance", "mean_std", "wasserstein", "histogram")),
    Strip("gram-shift", "`gram_shift:`", each("gram_shift", 0, -1, -20)),
    Strip("style-weight", "`style_weight:`", each("style_weight", 0.1, 1, 10)),
    Strip("style-scale", "`style_scale:`", each("style_scale", 0.5, 1, 2), paintings=(STARRY,)),
    Strip("tv-weight", "`tv_weight:`", each("tv_weight", 0, 10, 100)),
    Strip("normalize-gradients", "`normalize_gradients:`, with `optimizer: adam`", [
        (f"normalize_gradients: {value}", {"optimizer": "adam", "normalize_gradients": value, "content_weight": weight})
        for value, weight in (("false", 0.1), ("true", 1))]),
    Strip("content-loss", "`content_loss:`, each with the weight that gives it a like part", [
        ("mse", {}), ("sum", {"content_loss": "sum", "content_weight": 1e-7}), ("sqrt", {"content_loss": "sqrt", "content_weight": 1e-4})]),
    Strip("preserve-colors", "`preserve_colors:`", each("preserve_colors", "none", "luminance", "match_before", "match_after"),
          photo=TEMPLE, paintings=(STARRY,)),
    Strip("color-mask", "`preserve_colors: luminance` everywhere, and where a disc in the middle says so (`color_mask`)", [
        ("none", {}), ("luminance", {"preserve_colors": "luminance"}),
        ("with color_mask", {"preserve_colors": "luminance", "color_mask": "middle.png"})], photo=TEMPLE, paintings=(STARRY,)),
    Strip("background", "`background:` of a photo of which only a disc is opaque", [
        (f"background: {value}", {"@photo": "cut-out.png", "background": value}) for value in ("white", "keep")],
        photo=TEMPLE, paintings=(STARRY,)),
    Strip("content-detail", "`content_detail:` with `preset: easel`", [
        (f"content_detail: {value}", EASEL | {"content_detail": value}) for value in (0, 0.5, 1)], photo=TEMPLE, paintings=(STARRY,)),
    Strip("despeckle", "`despeckle:` with `preset: easel`, a part of the picture, four times as large", [
        (f"despeckle: {value}", EASEL | {"despeckle": value}) for value in ("false", "true")],
        paintings=(STARRY,), crop=(140, 75, 210, 121)),
    Strip("recolor", "`recolor:` with `preset: easel`", [
        (f"recolor: {value}", EASEL | {"recolor": value}) for value in (0, 0.5, 1)], photo=TEMPLE, paintings=(SCREAM,)),
    Strip("styles", "two paintings, `style_weights:` 3:1, 1:1, 1:3", [
        (weights, {"style_weights": weights}) for weights in ("[3, 1]", "[1, 1]", "[1, 3]")],
        photo=TEMPLE, paintings=(STARRY, SCREAM)),
    Strip("regions", "two paintings, each in its half of the photo (`--mask`), and the photo kept in the middle (`content_mask`)", [
        ("mixed", {}), ("masks", {"--mask": ["left.png", "right.png"]}),
        ("content_mask", {"--mask": ["left.png", "right.png"], "content_mask": "middle.png"})],
        photo=TEMPLE, paintings=(STARRY, SCREAM)),
    Strip("init", "`init:`, with few evaluations", [
        (f"init: {value}", {"init": value, "scales": None, "iterations": 2}) for value in ("noise", "gray", "content", "style")]),
    Strip("optimizer", "`optimizer:` and `average:`", [
        ("lbfgs", {}), ("adam", {"optimizer": "adam"}), ("adam, average: 0.9", {"optimizer": "adam", "average": 0.9})]),
]


def draw_masks(photo, folder):
    """Beside a copy of the photo: white in its left half, its right half, and a disc in the middle."""
    size = Image.open(photo).size
    for name, box in (("left", (0, 0, size[0] // 2, size[1])), ("right", (size[0] // 2, 0, *size))):
        mask = Image.new("L", size, 0)
        mask.paste(255, box)
        mask.save(folder / f"{name}.png")
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse([size[0] // 3, size[1] // 4, 2 * size[0] // 3, 3 * size[1] // 4], fill=255)
    mask.save(folder / "middle.png")
    cut_out = Image.open(photo).convert("RGB")
    cut_out.putalpha(mask)
    cut_out.save(folder / "cut-out.png")


def on_checks(picture):
    """A picture whose transparent parts show what is behind it."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    checks = Image.new("RGB", picture.size, (235, 235, 235))
    for y in range(0, picture.height, 8):
        for x in range(y // 8 % 2 * 8, picture.width, 16):
            checks.paste((200, 200, 200), (x, y, x + 8, y + 8))
    checks.paste(picture, mask=picture.getchannel("A"))
    return checks


def paint(easel, strip, settings, scratch):
    values = {key: value for key, value in (BASE | settings).items() if value is not None}
    photo_name = values.pop("@photo", None)
    words = [word for key, value in values.items() if key[0] != "-" for word in ("--set", f"{key}={value}")]
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        photo = Path(shutil.copy(strip.photo, scratch))
        draw_masks(photo, Path(scratch))
        if photo_name:
            photo = Path(scratch) / photo_name
        words += [word for key, names in values.items() if key[0] == "-" for name in names for word in (key, f"{scratch}/{name}")]
        run = subprocess.run(
            [easel, "paint", photo, *strip.paintings, "-o", folder, "--cache", f"{scratch}/cache", "--styles", f"{scratch}/styles",
             "--no-remember", *words], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"gallery: {strip.name}, {settings}: {run.stderr.strip()}")
        picture = on_checks(Image.open(next(Path(folder).glob("*/*.png"))))
    if strip.crop:
        picture = picture.crop(strip.crop)
        picture = picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)
    return picture


def make(easel, strip, scratch):
    pictures = [paint(easel, strip, settings, scratch) for _, settings in strip.cells]
    width, height, label = pictures[0].width, pictures[0].height, 18
    image = Image.new("RGB", (len(pictures) * (width + 6) - 6, height + label), "white")
    draw = ImageDraw.Draw(image)
    for column, ((text, _), picture) in enumerate(zip(strip.cells, pictures)):
        draw.text((column * (width + 6), 2), text, fill="black")
        image.paste(picture, (column * (width + 6), label))
    image.save(FOLDER / f"{strip.name}.jpg", quality=88)
    print(f"gallery: {strip.name}", flush=True)


def write_page():
    lines = [
        "# Gallery", "",
        "What the settings do, on small pictures. `make gallery` paints them; [Settings.md](Settings.md) says what each key means.", ""]
    for strip in STRIPS:
        lines += [f"## {strip.name}", "", strip.text + ".", "", f"![{strip.name}](gallery/{strip.name}.jpg)", ""]
    (ROOT / "Documentation/Gallery.md").write_text("\n".join(lines))


def main():
    easel, wanted = sys.argv[1], sys.argv[2:]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for strip in STRIPS:
            if not wanted or strip.name in wanted:
                make(easel, strip, scratch)
    write_page()


if __name__ == "__main__":
    main()
