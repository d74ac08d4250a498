#!/usr/bin/env python3
"""Loss against seconds, Easel beside the lesson in PyTorch.

    plot_curves.py FOLDER PLOT.png     FOLDER holds NAME-WIDTHxHEIGHT.csv, as Scripts/curves.sh writes them

Prints when each run reached the mark and the lesson's end, and draws the plot if there is matplotlib. The losses are those of
the 8-bit picture with the whole weights, the best so far, at the size of the result; the seconds are those of the whole
run, the reading of pictures and the smaller sizes included, but not those of PyTorch's start.
"""

import csv
import sys
from pathlib import Path

MARK = 416
PEER = "pytorch"
LABELS = {PEER: "the lesson, PyTorch + SciPy", "ladder": "Easel, the lesson on a ladder", "lesson-transfer": "Easel, preset lesson-transfer"}


def read(path):
    """The curve of one run: seconds, and the lowest loss until then."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    rows = [row for row in rows if row.get("size") == rows[-1].get("size")]
    curve, best = [], float("inf")
    for row in rows:
        best = min(best, float(row["loss_8bit"]))
        curve.append((float(row["seconds"]), best))
    return curve


def reached(curve, loss):
    """Seconds until the loss was at most `loss`, or None."""
    return next((seconds for seconds, best in curve if best <= loss), None)


def table(size, runs):
    """Lines of a table for one size: when each run was where the lesson ends, and at the mark."""
    end = runs[PEER][-1] if PEER in runs else None
    for name, curve in runs.items():
        seconds, loss = curve[-1]
        line = f"{size}  {LABELS.get(name, name)}: {loss:.0f} after {seconds:.1f} s"
        if (mark := reached(curve, MARK)) is not None:
            line += f"; {MARK} after {mark:.1f} s"
        if end and name != PEER and (equal := reached(curve, end[1])) is not None:
            line += f"; the lesson's {end[1]:.0f} after {equal:.1f} s, {end[0] / equal:.0f} times sooner"
        yield line


def draw(sizes, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(sizes), figsize=(6 * len(sizes), 4.5), squeeze=False, layout="constrained")
    for axis, (size, runs) in zip(axes[0], sizes.items()):
        for name, curve in runs.items():
            axis.plot(*zip(*curve), label=LABELS.get(name, name))
        axis.axhline(MARK, color="grey", linestyle=":", label=f"loss {MARK}")
        axis.set(xscale="log", yscale="log", title=size, xlabel="seconds", ylabel="loss of the 8-bit picture", ylim=(200, 2e4))
        axis.legend()
    figure.savefig(path, dpi=110)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sizes = {}
    for path in sorted(Path(sys.argv[1]).glob("*.csv")):
        name, _, size = path.stem.rpartition("-")
        sizes.setdefault(size, {})[name] = read(path)
    for size, runs in sizes.items():
        print("\n".join(table(size, runs)))
    try:
        draw(sizes, sys.argv[2])
    except ImportError as error:
        print(f"plot_curves.py: not drawn: {error}. Give an interpreter that has matplotlib.")


if __name__ == "__main__":
    main()
