#!/usr/bin/env python3
"""Seconds and bytes per megapixel, from small pictures to large ones.

    plot_growth.py RESULTS.jsonl PLOT.png     RESULTS: lines of `easel bench --json`, as Scripts/growth.sh writes them

Prints a table in Markdown, and draws the plot if there is matplotlib.
"""

import json
import sys
from pathlib import Path


def rows(path):
    for line in Path(path).read_text().splitlines():
        result = json.loads(line)
        megapixels = result["width"] * result["height"] / 1e6
        yield {
            "size": f"{result['width']}x{result['height']}",
            "limit": result.get("memory_limit"),
            "megapixels": megapixels,
            "seconds": result["seconds_per_evaluation"] / megapixels,
            "mebibytes": result["rss_bytes"] / 2**20 / megapixels,
            "rss": result["rss_bytes"] / 2**20,
        }


def draw(groups, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for axis, key, label in zip(axes, ("seconds", "mebibytes"), ("seconds per megapixel", "MiB per megapixel")):
        for name, group in groups.items():
            axis.plot([row["megapixels"] for row in group], [row[key] for row in group], marker="o", label=name)
        axis.set(xscale="log", ylim=(0, None), xlabel="megapixels", ylabel=label)
        axis.legend()
    figure.savefig(path, dpi=110)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    groups = {}
    for row in rows(sys.argv[1]):
        groups.setdefault("within 2 GiB" if row["limit"] else "no limit", []).append(row)
    print("| size | limit | megapixels | seconds per megapixel | MiB per megapixel | peak MiB |\n|---|---|---|---|---|---|")
    for name, group in groups.items():
        for row in group:
            print(
                f"| {row['size']} | {name} | {row['megapixels']:.2f} | {row['seconds']:.2f} | {row['mebibytes']:.0f} | {row['rss']:.0f} |"
            )
    try:
        draw(groups, sys.argv[2])
    except ImportError as error:
        print(f"plot_growth.py: not drawn: {error}. Give an interpreter that has matplotlib.")


if __name__ == "__main__":
    main()
