"""What the cache saves: re-styling against painting from the start, side by side, as Markdown.

  python restyling.py EASEL PHOTO PAINTING [--size 512] [--iterations 10] [--parts kinds first_evaluation costs warm_starts]

Needs Pillow. EASEL is the built program.
"""

import argparse, csv, json, pathlib, subprocess, tempfile, time

from PIL import Image, ImageOps

arguments = argparse.ArgumentParser()
arguments.add_argument("easel", type=pathlib.Path)
arguments.add_argument("photo", type=pathlib.Path)
arguments.add_argument("painting", type=pathlib.Path)
arguments.add_argument("--size", type=int, default=512)
arguments.add_argument("--iterations", type=int, default=10)
arguments.add_argument("--warm-size", type=int, default=256, help="long side of the pictures of the warm starts")
arguments.add_argument("--parts", nargs="+", default=["kinds", "first_evaluation", "costs", "warm_starts"])
options = arguments.parse_args()
scratch = pathlib.Path(tempfile.mkdtemp(prefix="easel-restyling-"))
runs = 0


def paint(photo, painting, cache, trace=False, **settings):
    """Seconds of the whole command, its report and its trace's rows."""
    global runs
    runs += 1
    output, table = scratch / f"run{runs}", scratch / f"run{runs}.csv"
    command = [options.easel, "paint", photo, painting, "-o", output, "--cache", scratch / cache, "--no-remember"]
    command += [word for key, value in ({"preset": "lesson-transfer"} | settings).items() for word in ("--set", f"{key}={value}")]
    begin = time.monotonic()
    subprocess.run(command + (["--trace", table] if trace else []), check=True, capture_output=True)
    seconds = time.monotonic() - begin
    report = json.loads(next(output.glob("*/report.json")).read_text())
    return seconds, report, list(csv.DictReader(table.open())) if trace else []


def reused(report):
    return f"{report['reused']['kind']}, {report['reused']['evaluations']}" if "reused" in report else "nothing"


def variant(picture, name, change):
    path = scratch / f"{name}.png"
    change(Image.open(picture).convert("RGB")).save(path)
    return path


def size_of(folder, ending=".safetensors"):
    return sum(file.stat().st_size for file in folder.rglob("*" + ending)) / 1e6


def kinds():
    size, n = options.size, options.iterations
    other = variant(options.photo, "other", ImageOps.mirror)
    print(f"\n### The kinds of re-styling, {size} px long side, {n} iterations of 20 evaluations\n")
    print("| what is asked for | seconds from the start | seconds with the cache | ratio | reused (kind, evaluations) |\n|---|---|---|---|---|")
    paint(options.photo, options.painting, "warm", size=size, iterations=n)
    asked = [
        ("the same again", options.photo, dict(iterations=n)),
        ("the same as a JPEG", options.photo, dict(iterations=n, output="jpeg")),
        (f"{n + 2} iterations", options.photo, dict(iterations=n + 2)),
        ("style_weight 2, init: nearest", options.photo, dict(iterations=n, style_weight=2, init="nearest")),
        ("style_weight 2", options.photo, dict(iterations=n, style_weight=2)),
        ("the same style on a new photo", other, dict(iterations=n)),
    ]
    for number, (name, photo, settings) in enumerate(asked):
        cold, *_ = paint(photo, options.painting, f"cold{number}", size=size, **settings)
        warm, report, _ = paint(photo, options.painting, "warm", size=size, **settings)
        print(f"| {name} | {cold:.2f} | {warm:.2f} | {cold / warm:.2f} | {reused(report)} |", flush=True)


def first_evaluation():
    print(f"\n### Seconds to the first loss, {options.size} px long side (median of five, in turn)\n")
    cold, warm = [], []
    for turn in range(5):
        common = dict(size=options.size, iterations=1, evaluations_per_iteration=1, force="true", trace=True)
        cold.append(float(paint(options.photo, options.painting, f"first{turn}", **common)[2][0]["seconds"]))
        warm.append(float(paint(options.photo, options.painting, f"first{turn}", **common)[2][0]["seconds"]))
    cold, warm = sorted(cold)[2], sorted(warm)[2]
    megabytes = size_of(scratch / "first0" / "targets")
    print(f"{cold:.3f} s without targets, {warm:.3f} s with {megabytes:.1f} MB of them in the cache: computing and keeping them takes "
          f"{1000 * (cold - warm) / megabytes:.1f} ms more per MB than finding them.")


def costs():
    print("\n### What finding and keeping cost\n")
    folder = scratch / "warm"
    megabytes = size_of(folder)
    begin = time.monotonic()
    subprocess.run([options.easel, "cache", "verify", "--cache", folder], check=True, capture_output=True)
    verify = time.monotonic() - begin
    begin = time.monotonic()
    subprocess.run([options.easel, "cache", "verify", "--cache", scratch / "nothing"], check=True, capture_output=True)
    verify -= time.monotonic() - begin
    print(f"- a hit reads every byte and its SHA-256: {1000 * verify / megabytes:.2f} ms per MB ({megabytes:.0f} MB)")
    entry = next((folder / "searches").rglob("*.safetensors"))
    search = entry.stat().st_size / 1e6
    picture = Image.open(next((scratch / "run1").rglob("*.png")))
    print(f"- a search: {search:.1f} MB for {picture.width}x{picture.height}, "
          f"{search / (picture.width * picture.height / 1e6):.0f} MB per megapixel")
    copy = scratch / "copy"
    data = entry.read_bytes()
    begin = time.monotonic()
    with copy.open("wb") as file:
        file.write(data)
        file.flush()
        subprocess.run(["sync", copy], check=True)
    print(f"- writing as many bytes durably: {1000 * (time.monotonic() - begin) / search:.2f} ms per MB")


def warm_starts():
    size = options.warm_size
    print(f"\n### Warm starts (`init: nearest`), {size} px long side: evaluations until the loss at which the cold run ended\n")
    print("| first painted | then asked for | cold run's end | evaluations cold | warm | loss of the first after 20, cold / warm |\n|---|---|---|---|---|---|")
    part = variant(options.painting, "part", lambda image: image.crop((image.width // 8, 0, image.width, image.height)))
    mirrored = variant(options.painting, "mirrored", ImageOps.mirror)
    smaller = size * 3 // 4
    pairs = [
        ("the defaults", options.painting, {}, "style_weight 3", options.painting, dict(style_weight=3)),
        ("the defaults", options.painting, {}, "style_weight 0.3", options.painting, dict(style_weight=0.3)),
        ("the defaults", options.painting, {}, "content_weight 0.4", options.painting, dict(content_weight=0.4)),
        (f"size {smaller}", options.painting, dict(size=smaller), f"size {size}", options.painting, {}),
        (f"size {size * 3 // 2}", options.painting, dict(size=size * 3 // 2), f"size {size}", options.painting, {}),
        ("the defaults", options.painting, {}, "style_scale 0.7", options.painting, dict(style_scale=0.7)),
        ("the defaults", options.painting, {}, "a part of the painting", part, {}),
        ("the defaults", options.painting, {}, "the painting mirrored", mirrored, {}),
        ("the defaults", options.painting, {}, "pooling max", options.painting, dict(pooling="max")),
    ]
    for number, (first, style1, settings1, then, style2, settings2) in enumerate(pairs):
        base = dict(size=size, iterations=options.iterations, gif="false")
        paint(options.photo, style1, f"pair{number}", **{**base, **settings1})
        _, cold, rows = paint(options.photo, style2, f"alone{number}", trace=True, **{**base, **settings2})
        goal = min(float(row["loss"]) for row in rows)
        _, warm, warm_rows = paint(options.photo, style2, f"pair{number}", trace=True, **{**base, **settings2, "init": "nearest"})
        assert warm["reused"]["kind"] == "picture"
        reached = next((row["evaluation"] for row in warm_rows if float(row["loss"]) <= goal), f"never ({min(float(row['loss']) for row in warm_rows):.0f})")
        early = [min(float(row["loss"]) for row in table[:20]) for table in (rows, warm_rows)]
        print(f"| {first} | {then} | {goal:.0f} | {len(rows) - 1} | {reached} | {early[0]:.0f} / {early[1]:.0f} |", flush=True)


for part in options.parts:
    globals()[part]()
