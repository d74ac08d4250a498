#!/usr/bin/env python3
"""Paints pairs of pictures by recipes and judges what comes of them.

    bench.py paint FOLDER [--recipes NAME ...] [--pairs PHOTO+PAINTING ...] [--seeds N] [--size 384] [--easel PROGRAM] [--set K=V ...]
    bench.py judge FOLDER          judges all pictures in FOLDER that are not judged yet, also other programs'
    bench.py table FOLDER          means by recipe, with the noise of the seeds
    bench.py sheet FOLDER FILE [--recipes NAME ...]      a contact sheet: a row for each pair, a column for each recipe

A recipe is a settings file in Benchmarks/quality/recipes. A picture is FOLDER/RECIPE/PHOTO+PAINTING.SEED.png with a .json beside it:
CPU seconds, and what the judge said. Needs torch, numpy, safetensors and pillow.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "Examples"
PHOTOS = {"cat": EXAMPLES / "cat.content.jpg"} | {n: EXAMPLES / f"samples/{n}.jpg" for n in ("rocket", "temple", "flower")}
PAINTINGS = {"vangogh": EXAMPLES / "cat.style.jpg"} | {
    n: EXAMPLES / f"samples/{n}.jpg" for n in ("starry-night", "shipwreck", "scream", "hat")
}
ALL_PAIRS = [f"{photo}+{painting}" for photo in PHOTOS for painting in PAINTINGS]
MEASURES = ("style", "content", "colour", "noise", "speckle", "border", "cpu_seconds")


def paint(arguments):
    for seed in range(arguments.seeds):
        for pair in arguments.pairs:
            for recipe in arguments.recipes:  # in turn, so that a slow spell of the machine meets all
                paint_one(arguments, recipe, pair, seed)


def paint_one(arguments, recipe, pair, seed):
    target = Path(arguments.folder) / Path(recipe).stem / f"{pair}.{seed}.png"
    if target.exists():
        return
    photo, painting = pair.split("+")
    target.parent.mkdir(parents=True, exist_ok=True)
    options = ["gif=false", f"seed={seed}", f"size={arguments.size}", *arguments.set]
    with tempfile.TemporaryDirectory() as scratch:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [arguments.easel, "paint", PHOTOS[photo], PAINTINGS[painting], "-o", scratch + "/out", "--cache", scratch + "/cache",
             "--styles", scratch + "/styles", "--no-remember", "--settings", recipe_file(recipe)]
            + [word for option in options for word in ("--set", option)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        picture = next(Path(scratch, "out").glob("*/*.png"))
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        shutil.move(picture, target)
    target.with_suffix(".json").write_text(json.dumps({"cpu_seconds": round(seconds, 2)}))
    print(f"{recipe} {pair} {seed}: {seconds:.1f} CPU s", flush=True)


def recipe_file(recipe):
    """A file of that name, or one of our recipes."""
    return recipe if recipe.endswith(".yaml") else HERE / f"recipes/{recipe}.yaml"


def judge(arguments):
    import torch
    from judge import Judge, open_picture

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    judge = Judge()
    for picture in sorted(Path(arguments.folder).glob("*/*+*.png")):
        facts_file = picture.with_suffix(".json")
        facts = json.loads(facts_file.read_text()) if facts_file.exists() else {}
        if all(measure in facts for measure in MEASURES):
            continue
        photo, painting = picture.name.split(".")[0].split("+")
        result = open_picture(picture)
        long_side = max(result.shape[:2])
        content = open_picture(PHOTOS[photo], long_side)
        if content.shape != result.shape:
            sys.exit(f"{picture}: is {result.shape[1]}x{result.shape[0]}, the photo {content.shape[1]}x{content.shape[0]}")
        facts |= judge.judge(result, content, open_picture(PAINTINGS[painting], long_side))
        facts_file.write_text(json.dumps(facts))


def load(folder):
    """Recipe -> pair -> list of facts, one a seed."""
    found = {}
    for file in sorted(Path(folder).glob("*/*+*.json")):
        pair = file.name.split(".")[0]
        found.setdefault(file.parent.name, {}).setdefault(pair, []).append(json.loads(file.read_text()))
    return found


def table(arguments):
    import numpy as np

    found = load(arguments.folder)
    common = set.intersection(*(set(pairs) for pairs in found.values()))
    print(f"means of {len(common)} pairs; in brackets the standard deviation between seeds\n")
    print("| recipe | " + " | ".join(MEASURES) + " |\n|" + "---|" * (len(MEASURES) + 1))
    for recipe, pairs in sorted(found.items()):
        cells = []
        for measure in MEASURES:
            values = [[facts.get(measure, np.nan) for facts in pairs[pair]] for pair in sorted(common)]
            noise = [np.std(v, ddof=1) for v in values if len(v) > 1]
            text = f"{np.mean([np.mean(v) for v in values]):.4g}"
            cells.append(text + (f" ({np.mean(noise):.2g})" if noise else ""))
        print(f"| {recipe} | " + " | ".join(cells) + " |")


def sheet(arguments):
    from PIL import Image, ImageDraw

    folder = Path(arguments.folder)
    recipes = arguments.recipes or sorted(p.name for p in folder.iterdir() if p.is_dir())
    pairs = [p for p in ALL_PAIRS if any((folder / r / f"{p}.0.png").exists() for r in recipes)]
    width, height, label = arguments.width, round(arguments.width * 0.75), 16
    image = Image.new("RGB", ((len(recipes) + 2) * width, len(pairs) * (height + label)), "white")
    draw = ImageDraw.Draw(image)
    for row, pair in enumerate(pairs):
        photo, painting = pair.split("+")
        cells = [(photo, PHOTOS[photo]), (painting, PAINTINGS[painting])]
        cells += [(recipe, folder / recipe / f"{pair}.0.png") for recipe in recipes]
        for column, (name, file) in enumerate(cells):
            place = (column * width, row * (height + label))
            draw.text((place[0] + 2, place[1] + 2), name, fill="black")
            if file.exists():
                cell = Image.open(file).convert("RGB")
                cell.thumbnail((width - 2, height - 2), Image.Resampling.LANCZOS)
                image.paste(cell, (place[0], place[1] + label))
    image.save(arguments.file, quality=90)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("paint")
    one.set_defaults(run=paint)
    one.add_argument("folder")
    one.add_argument("--recipes", nargs="+", default=sorted(p.stem for p in (HERE / "recipes").glob("*.yaml")))
    one.add_argument("--pairs", nargs="+", default=ALL_PAIRS)
    one.add_argument("--seeds", type=int, default=1)
    one.add_argument("--size", type=int, default=384)
    one.add_argument("--easel", default=str(HERE.parents[1] / ".build/release/easel"))
    one.add_argument("--set", nargs="+", default=[])
    for name, run in (("judge", judge), ("table", table)):
        one = commands.add_parser(name)
        one.set_defaults(run=run)
        one.add_argument("folder")
    one = commands.add_parser("sheet")
    one.set_defaults(run=sheet)
    one.add_argument("folder")
    one.add_argument("file")
    one.add_argument("--recipes", nargs="+")
    one.add_argument("--width", type=int, default=320)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
