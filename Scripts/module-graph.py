#!/usr/bin/env python3
"""Prints Easel's Swift modules and who imports whom as a Mermaid graph, from Package.swift:

    swift package dump-package | Scripts/module-graph.py

Tests, C modules and other packages are left out, and so are arrows that follow from others. The kernels are one module, however
many instruction sets the machine that asks has."""

import json
import re
import sys


def is_own(target):
    """A Swift module in Sources/."""
    name = target["name"]
    if target["type"] not in ("regular", "executable") or target.get("path"):
        return False
    return not re.match("C[A-Z]|Kernels(AVX2|AVX512)$", name)


def dependencies(target, names):
    """The names of a target's dependencies that are among `names`. An entry is {"byName": ["Files", null]} or {"target": ...}."""
    listed = (entry.get("byName") or entry.get("target") or [None] for entry in target["dependencies"])
    return {entry[0] for entry in listed} & names


def reached(name, graph):
    """All modules that a module imports, by whatever way."""
    return graph[name].union(*(reached(other, graph) for other in graph[name]))


def main():
    targets = [target for target in json.load(sys.stdin)["targets"] if is_own(target)]
    names = {target["name"] for target in targets}
    graph = {target["name"]: dependencies(target, names) for target in targets}
    print("```mermaid")
    print("flowchart TD")
    for name in sorted(graph):
        follows = set().union(*(reached(other, graph) for other in graph[name]))
        for other in sorted(graph[name] - follows):
            print(f"  {name} --> {other}")
    print("```")


main()
