#!/usr/bin/env python3
"""Takes the pictures of Documentation/page: each page of the live page, light and dark, wide and narrow, with results painted for it.

    Scripts/screenshots.py EASEL [FOLDER]     FOLDER: painted results are kept there, and used the next time

Needs Chromium, Selenium and Pillow (make test sets them up). The results are small, and take a few minutes.
"""

import io
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/EaselTests/Page/Foreign"))
sys.dont_write_bytecode = True
program, kept = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
sys.argv = [sys.argv[0], program]

from browser import Page, start_browser  # noqa: E402
from live import Easel, wait  # noqa: E402
from PIL import Image  # noqa: E402

TARGET = ROOT / "Documentation/page"
SAMPLES = ROOT / "Examples/samples"
PHOTOS = {name: SAMPLES / f"{name}.jpg" for name in ("temple", "flower", "hat", "rocket")} | {"cat": ROOT / "Examples/cat.content.jpg"}
PAINTINGS = {name: SAMPLES / f"{name}.jpg" for name in ("starry-night", "scream", "shipwreck", "hat")} | {"auvers": ROOT / "Examples/cat.style.jpg"}
# In the order in which they are painted, each three times: the last is shown first.
RESULTS = [("flower", "shipwreck"), ("rocket", "scream"), ("temple", "hat"), ("cat", "starry-night")]
ROUNDS = ("", "strength: 0.7\n", "strength: 0.3\n")
QUICK = "preset: fast\nsize: 400\niterations: 6\ngif: {width: 300}\n"
SIZES = {"desktop": (1360, 850), "phone": (390, 844)}


def drop(easel, name, photo, painting, settings):
    folder = easel.inbox / f".{name}"
    folder.mkdir()
    shutil.copy(PHOTOS[photo], folder / f"{photo}.jpg")
    shutil.copy(PAINTINGS[painting], folder / f"{painting}.jpg")
    (folder / "settings.yaml").write_text(f"content: {photo}.jpg\nstyle: {painting}.jpg\n{settings}")
    folder.rename(easel.inbox / name)


def paint(easel):
    """What is not there from an earlier time. A name that is taken gets a number."""
    jobs = [(f"{photo} {painting.replace('-', ' ')}", photo, painting, round) for round in range(len(ROUNDS)) for photo, painting in RESULTS]
    for number, (name, photo, painting, round) in enumerate(jobs):
        folder = easel.outbox / (name if round == 0 else f"{name}-{round + 1}")
        if not folder.exists():
            drop(easel, name, photo, painting, QUICK + ROUNDS[round])
            wait(name, lambda: (folder / "report.json").exists(), 900)
            print(f"painted {folder.name}", flush=True)
        # One after the other, an hour apart.
        stamp = time.time() - 3600 * (len(jobs) - number)
        os.utime(folder / "report.json", (stamp, stamp))


def hide_place(browser, root):
    """Shows the folders where those of a service are: these are of this moment."""
    browser.execute_script(
        "for (const place of document.querySelectorAll('dd')) place.textContent = place.textContent.replaceAll(arguments[0], '/var/lib/easel');",
        str(root / "box"))


def shoot(browser, name, scheme, device, whole=False):
    width, height = SIZES[device]
    if whole:
        height = min(browser.execute_script("return document.documentElement.scrollHeight"), 2400)
        set_size(browser, width, height, device)
        time.sleep(0.4)
    data = browser.get_screenshot_as_png()
    TARGET.mkdir(exist_ok=True)
    Image.open(io.BytesIO(data)).convert("RGB").save(TARGET / f"{name}-{scheme}-{device}.jpg", quality=76, optimize=True)


def set_size(browser, width, height, device):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 2 if device == "phone" else 1, "mobile": device == "phone"})


def main():
    easel = Easel(program, settings="settle: 100ms\nmin_free_space: 256M\n", folder=kept)
    for log in ("daemon.log", "page.log"):
        (easel.root / log).unlink(missing_ok=True)
    shutil.rmtree(easel.outbox / ".jobs", ignore_errors=True)
    for left in list(easel.inbox.iterdir()) + [easel.outbox / "portrait.failed", easel.outbox / "temple scream"]:
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    browser = start_browser()
    try:
        easel.start_daemon().start_page()
        paint(easel)
        drop(easel, "portrait", "cat", "scream", "preset: fast\nstrenght: 0.7\n")
        wait("the failure", lambda: (easel.outbox / "portrait.failed/report.json").exists())
        shutil.copy(PHOTOS["hat"], easel.inbox / "holiday.content.jpg")
        drop(easel, "temple scream", "temple", "scream", "size: 300\nscales: none\niterations: 200\nevaluations_per_iteration: 2\n")
        time.sleep(1)
        drop(easel, "hat at sea", "hat", "shipwreck", "preset: fine\npriority: 5\n")
        drop(easel, "cat of stars", "cat", "starry-night", "preset: finest\n")
        page = Page(browser, easel)
        page.open().see("iteration", ".running .figures", 240)
        wait("a picture to look at", lambda: any(job.get("percent", 0) > 4 for job in easel.status()["jobs"]), 300)
        pages = {"now": "/", "gallery": "/results", "result": "/results/cat%20starry%20night", "failed": "/results/portrait.failed",
                 "styles": "/styles", "new": "/new?style=starry-night", "state": "/state"}
        for scheme in ("light", "dark"):
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            for device, (width, height) in SIZES.items():
                for name, path in pages.items():
                    set_size(browser, width, height, device)
                    page.open(path)
                    wait("pictures", lambda: browser.execute_script(
                        "return [...document.images].every((i) => i.loading === 'lazy' && i.getBoundingClientRect().top > innerHeight || i.complete)"), 60)
                    if name == "state":
                        hide_place(browser, easel.root)
                    time.sleep(0.7)
                    shoot(browser, name, scheme, device, whole=name in ("state", "failed"))
        print(f"{len(list(TARGET.glob('*.jpg')))} pictures are in {TARGET}")
    finally:
        browser.quit()
        easel.stop()


main()
