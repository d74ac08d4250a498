#!/usr/bin/env python3
"""Writes NOTICE: what is linked into Easel's programs, whose it is and under which licence, with each licence's text once.

  Scripts/notice.py [--check]    --check: only say whether NOTICE is as it would be written

The Swift packages are those that Package.swift asks for, and these in turn; they are to have been fetched (swift package resolve).
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKOUTS = ROOT / ".build/checkouts"

# What comes from the system, linked dynamically: library, whose package in Debian, licence.
SYSTEM = [
    ("giflib", "libgif7", "MIT"), ("HDF5", "libhdf5-103-1", "BSD-3-Clause"), ("libexif", "libexif12", "LGPL-2.1-or-later"),
    ("libheif", "libheif1", "LGPL-3.0-or-later"), ("libjpeg-turbo", "libjpeg62-turbo", "IJG AND BSD-3-Clause"),
    ("libpng", "libpng16-16", "libpng-2.0"), ("libtiff", "libtiff6", "libtiff"), ("libwebp", "libwebp7", "BSD-3-Clause"),
    ("Little CMS", "liblcms2-2", "MIT"), ("zlib", "zlib1g", "Zlib"),
    ("libinotifytools (in easel-inotify only)", "libinotifytools0", "GPL-2.0-only"),
]

# Other people's work inside a package, which its licence file does not tell.
INSIDE = {
    "swift-crypto": "with BoringSSL, Copyright the OpenSSL project authors, Google and others (Apache-2.0, ISC and others)",
    "yams": "with libyaml, Copyright 2006-2016 Kirill Simonov, 2017-2020 Ingy döt Net (MIT)",
}


def dependencies():
    """Identity, address, version and folder of each package that was resolved, in order."""
    # What .build knows may have packages of earlier days.
    try:
        pins = json.loads((ROOT / "Package.resolved").read_text())["pins"]
    except FileNotFoundError:
        raise SystemExit("notice: there is no Package.resolved; swift package resolve makes it")
    # A branch has no version.
    return sorted((pin["identity"], pin["location"], pin["state"].get("version") or pin["state"]["revision"],
                   CHECKOUTS / pin["location"].rsplit("/", 1)[-1].removesuffix(".git")) for pin in pins)


def licence_file(folder):
    return next(path for name in ("LICENSE.txt", "LICENSE", "LICENSE.md") if (path := folder / name).exists())


def spdx(text):
    if "Apache License" in text:
        return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"
    if "MIT License" in text or "Permission is hereby granted, free of charge" in text:
        return "MIT"
    raise SystemExit(f"notice: which licence is this?\n{text[:400]}")


def swift_licence():
    """Of Swift's own libraries, which lie beside the compiler."""
    info = subprocess.run(["swiftc", "-print-target-info"], check=True, capture_output=True, text=True).stdout
    runtime = pathlib.Path(json.loads(info)["paths"]["runtimeResourcePath"])
    return (runtime.parent.parent / "share/swift/LICENSE.txt").read_text()


def written():
    lines = [
        "Easel", "Copyright 2026 The Easel authors",
        "", "Easel is under the Apache License 2.0 (LICENSE); the program easel-inotify is under the GNU General Public License, version 2",
        "only (easel-inotify/LICENSE). The weights of VGG-16 and VGG-19 are by Karen Simonyan and Andrew Zisserman, Visual Geometry Group,",
        "University of Oxford (CC BY 4.0), converted as their README says. REUSE.toml has the licence of every file.",
        "", "This file was made by Scripts/notice.py.", "", "", "Linked into the program easel", "----------------------------", "",
    ]
    texts, notices = {}, []
    runtime = swift_licence()
    parts = [("Swift's standard library, Dispatch and Foundation", "https://swift.org", "", runtime)]
    for identity, url, version, folder in dependencies():
        text = licence_file(folder).read_text()
        parts.append((identity, url.removesuffix(".git"), f" {version}", text))
        notice = folder / "NOTICE.txt"
        if notice.exists():
            notices.append((identity, notice.read_text().strip()))
    for name, url, version, text in parts:
        licence = spdx(text)
        owner = re.search(r"Copyright \(c\) \d{4}.*", text)
        lines.append(f"{name}{version}: {licence}" + (f". {owner.group(0).strip()}" if owner and licence == "MIT" else ""))
        lines.append(f"  {url}")
        if name in INSIDE:
            lines.append(f"  {INSIDE[name]}")
        texts.setdefault(licence, text.strip())
    lines.append("Foundation holds ICU, Copyright 2016-2026 Unicode, Inc. and others: Unicode-3.0")
    lines += ["", "", "Used from the system", "--------------------", ""]
    lines += [f"{name} ({package}): {licence}" for name, package, licence in SYSTEM]
    for identity, notice in notices:
        lines += ["", "", f"NOTICE of {identity}", "-" * (10 + len(identity)), "", notice]
    for licence, text in sorted(texts.items()):
        lines += ["", "", licence, "-" * len(licence), "", text]
    lines += ["", "", "Unicode-3.0", "-----------", "", (ROOT / "LICENSES/Unicode-3.0.txt").read_text().strip()]
    return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n")) + "\n"


def main():
    notice = ROOT / "NOTICE"
    if sys.argv[1:] == ["--check"]:
        if not notice.exists() or notice.read_text() != written():
            raise SystemExit("notice: NOTICE is not what is linked; write it anew with: Scripts/notice.py")
    else:
        notice.write_text(written())


main()
