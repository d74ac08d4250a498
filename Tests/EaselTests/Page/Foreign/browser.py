#!/usr/bin/env python3
"""The live page in headless Chromium, as people use it:

    browser.py EASEL [CHECK ...]     all checks, or those named; a line for each

One browser serves all; each check has folders, daemon and page of its own. axe-core, which judges whether everybody can use a page, comes
from the Python package axe-playwright-python.
"""

import importlib.util
import sys
import time
import traceback
import urllib.parse
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import live
from live import LONG, SMALL, Easel, picture

PROGRAM = sys.argv[1]
AXE = Path(importlib.util.find_spec("axe_playwright_python").origin).parent / "axe.min.js"


def start_browser(*more):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-component-update", "--no-first-run", "--window-size=1280,900", *more):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    browser.set_page_load_timeout(60)
    return browser


def wait(what, condition, seconds=60):
    """The condition's value as soon as it is true; a page that another replaces meanwhile is looked at again."""
    def looked():
        try:
            return condition()
        except WebDriverException as error:
            # The driver has two ways to say it.
            if "stale element" in str(error) or "does not belong to the document" in str(error):
                return None
            raise

    return live.wait(what, looked, seconds)


class Page:
    """What people see and do."""

    def __init__(self, browser, easel):
        self.browser, self.easel = browser, easel

    def open(self, path="/"):
        self.browser.get(self.easel.address + path)
        return self

    def find(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector="main"):
        return "\n".join(element.text for element in self.find(selector))

    def see(self, words, selector="main", seconds=40):
        wait(f"'{words}' in {selector}", lambda: words in self.text(selector), seconds)
        return self

    def press(self, selector):
        """As a keyboard does."""
        def pressed():
            for button in self.find(selector)[:1]:
                self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
                button.send_keys(Keys.ENTER)
                return True

        wait(selector, pressed)
        return self

    def notice(self, words):
        wait(f"the notice '{words}'", lambda: words in self.text("#notice"), 20)
        return self

    def errors(self):
        """What the browser has complained about: a policy that was broken, a script that failed."""
        # A job's preview may have gone before it is shown, and a form with a mistake is refused.
        harmless = ("/preview?at=", "/check - ")
        return [entry["message"] for entry in self.browser.get_log("browser")
                if entry["level"] == "SEVERE" and not any(words in entry["message"] for words in harmless)]

    def axe(self):
        """What keeps somebody from using the page."""
        self.browser.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text()})
        found = self.browser.execute_async_script(
            "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']})"
            ".then((r) => done(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' | ').slice(0, 400))))"
            ".catch((e) => done([String(e)]));")
        return found


def dropped_files_become_a_picture(page):
    easel = page.easel
    photo, painting = picture(easel.root / "cat.png", 1), picture(easel.root / "village.png", 4)
    page.open("/new")
    # By mouse: files that are dragged onto the two fields.
    for field, path in (("photo", photo), ("painting", painting)):
        drop_file(page, f"[data-drop={field}]", path)
    page.see("cat.png", "[data-drop=photo] .chosen").see("village.png", "[data-drop=painting] .chosen")
    wait("the photo on a canvas", lambda: page.find("[data-drop=photo] canvas"), 10)
    # A mistake is told before anything is sent.
    page.browser.execute_script("document.getElementById('more').open = true")
    page.find("#set-style_scale")[0].send_keys("0.1")
    set_field(page, "set-size", "48")
    set_field(page, "set-iterations", "6")
    set_field(page, "set-evaluations_per_iteration", "3")
    page.press(".submit button").see("style_scale", "#problems", 10)
    assert list(easel.inbox.iterdir()) == []
    assert page.browser.switch_to.active_element.get_attribute("role") == "alert"
    page.find("#set-style_scale")[0].clear()
    set_field(page, "name", "from the browser")
    page.press(".submit button")
    wait("the first page", lambda: page.browser.current_url == easel.address + "/", 20)
    page.see("from the browser", "[data-live=latest]")
    assert (easel.outbox / "from the browser/from the browser.png").exists()
    assert sorted(p.name for p in (easel.outbox / "from the browser/inputs").iterdir()) == ["cat.png", "settings.yaml", "village.png"]
    # The photo under the picture, behind a slider that a keyboard moves.
    page.press("[data-live=latest] .card a")
    slider = wait("the slider", lambda: page.find(".compare input"))[0]
    wait("photo and picture", lambda: page.browser.execute_script(
        "return [...document.querySelectorAll('.compare img')].every((i) => i.complete && i.naturalWidth > 0)"), 20)
    split = lambda: page.browser.execute_script("return getComputedStyle(document.querySelector('.compare .before')).clipPath")
    before = split()
    for _ in range(10):
        slider.send_keys(Keys.ARROW_RIGHT)
    assert split() != before and "40%" in split(), (before, split())
    assert "loss" in page.text() and page.find("svg polyline") and "settings.yaml" in page.text()
    assert page.find("a[download]")[0].get_attribute("href").endswith("/files/from%20the%20browser.png")
    return page


def drop_file(page, selector, path):
    """Drops a file as a mouse would: a DataTransfer that holds it."""
    field = page.find(f"{selector} input[type=file]")[0]
    page.browser.execute_script(
        """
        const helper = document.createElement('input');
        helper.type = 'file'; helper.id = 'helper'; document.body.append(helper);
        """)
    page.find("#helper")[0].send_keys(str(path))
    page.browser.execute_script(
        """
        const helper = document.getElementById('helper');
        const data = new DataTransfer();
        data.items.add(helper.files[0]);
        for (const kind of ['dragenter', 'dragover', 'drop']) {
          arguments[0].dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
        }
        helper.remove();
        """, page.find(selector)[0])
    assert page.browser.execute_script("return arguments[0].files.length", field) == 1


def set_field(page, name, value):
    field = page.find(f"#{name}")[0]
    field.clear()
    field.send_keys(value)


def a_job_is_watched_to_its_end(page):
    easel = page.easel
    page.open().see("Nothing waits")
    wait("the events", lambda: page.browser.execute_script("return document.body.dataset.connected") == "events", 20)
    # None of this reloads the page.
    page.browser.execute_script("window.stillHere = true")
    easel.drop("slow", LONG, 1)
    page.see("slow", "[data-live=running]")
    easel.drop("next", SMALL, 2)
    page.see("next", "[data-live=queue]").see("waits for its turn", "[data-live=queue]")
    wait("a preview", lambda: page.browser.execute_script(
        "const i = document.querySelector('.preview'); return i && i.complete && i.naturalWidth > 0"), 40)
    wait("a curve", lambda: page.find(".running .curve polyline"), 40)
    page.see("left", ".running .figures").see("%", ".running .figures")
    shown = page.find(".preview")[0].get_attribute("src")
    wait("another preview", lambda: page.find(".preview")[0].get_attribute("src") != shown, 40)
    # What somebody has opened stays open, and what is typed stays.
    job = [j for j in easel.status()["jobs"] if j["name"] == "next"][0]["id"]
    page.press(f"#priority-{job} summary")
    field = wait("the field", lambda: page.find(f"#priority-{job} input"))[0]
    field.send_keys(Keys.CONTROL + "a")
    field.send_keys("5")
    time.sleep(2.2)
    assert field.get_attribute("value") == "5" and page.find(f"#priority-{job}")[0].get_attribute("open") is not None
    field.send_keys(Keys.ENTER)
    page.notice("has priority 5").see("priority 5", "[data-live=queue]")
    page.press(".running form[action$='/hold'] button").notice("slow is held")
    page.see("next", "[data-live=latest]").see("held", "[data-live=queue]")
    page.press("[data-live=queue] form[action$='/release'] button").notice("slow is released")
    page.see("slow", "[data-live=running]")
    running = [j for j in easel.status()["jobs"] if j["name"] == "slow"][0]["id"]
    page.press(f"#cancel-{running} summary").press(f"#cancel-{running} button").notice("slow is cancelled")
    page.see("slow", "[data-live=failed]").see("cancelled", "[data-live=failed]")
    assert page.browser.execute_script("return window.stillHere")
    return page


def a_failed_job_is_tried_again(page):
    easel = page.easel
    easel.drop("odd", "{size: 48, nonsense: 1}", 1)
    page.open().see("unknown key", "[data-live=failed]")
    # Put right where it lies.
    settings = easel.outbox / "odd.failed/inputs/settings.yaml"
    settings.write_text(easel.settings(SMALL))
    page.press("[data-live=failed] form[action$='/retry'] button").notice("odd.failed is back in the inbox")
    page.see("odd", "[data-live=latest]")
    wait("its end", lambda: not page.text("[data-live=failed]"))
    return page


def hostile_names_do_nothing(page):
    easel = page.easel
    hostile = "<img src=x onerror=alert(1)>"
    photo = picture(easel.root / f"{hostile}.content.jpg", 1)
    photo.rename(easel.inbox / photo.name)
    painting = picture(easel.root / f"{hostile}.style.jpg", 4)
    painting.rename(easel.inbox / painting.name)
    (easel.inbox / f"{hostile}.yaml").write_text(SMALL)
    (easel.inbox / f"{hostile} too.txt").write_text("no job")
    (easel.inbox / "\"'><script>alert(2)</script>".replace("/", "_")).write_text("no job")
    page.open().see(hostile, "[data-live=latest]").see("too.txt")
    for path in ("/", "/results", f"/results/{urllib.parse.quote(hostile)}", "/styles", "/new", f"/new?again={urllib.parse.quote(hostile)}",
                 f"/new?style={urllib.parse.quote(hostile)}", f"/results?q={urllib.parse.quote(hostile)}"):
        page.open(path)
        assert hostile in page.browser.page_source.replace("&lt;", "<").replace("&gt;", ">"), path
        assert not page.find("img[src='x']"), path
        wait("pictures", lambda: page.browser.execute_script(
            "return [...document.images].filter((i) => i.loading !== 'lazy').every((i) => i.complete)"), 20)
        # An alert that is open makes any command fail.
        assert page.browser.execute_script("return 1 + 1") == 2
    page.open(f"/results/{urllib.parse.quote(hostile)}")
    wait("the picture", lambda: page.browser.execute_script(
        "const i = document.querySelector('.compare .after'); return i && i.complete && i.naturalWidth > 0"), 20)
    return page


def an_open_page_outlives_a_restart(page):
    easel = page.easel
    page.open().see("Nothing waits")
    wait("the events", lambda: page.browser.execute_script("return document.body.dataset.connected") == "events", 20)
    page.browser.execute_script("window.stillHere = true")
    easel.stop_daemon()
    page.see("Easel is not running")
    easel.start_daemon()
    wait("the daemon", lambda: "Easel is not running" not in page.text(), 30)
    easel.drop("after", SMALL, 3)
    page.see("after", "[data-live=latest]")
    # And one of the page itself: what it then asks for needs a new token.
    easel.stop_page()
    time.sleep(0.5)
    easel.start_page()
    easel.drop("again", "{size: 48, nonsense: 1}", 5)
    page.see("again", "[data-live=failed]", 60)
    page.press("[data-live=failed] form[action$='/retry'] button").notice("again.failed is back in the inbox")
    assert page.browser.execute_script("return window.stillHere")
    page.browser.get_log("browser")  # a connection that was refused meanwhile is no fault
    return page


def thousands_of_results_are_there_at_once(page):
    easel = page.easel
    easel.paint("cat")
    report = (easel.outbox / "cat/report.json").read_text()
    image = (easel.outbox / "cat/cat.png").read_bytes()
    for number in range(2000):
        folder = easel.outbox / f"cat-{number:04}"
        folder.mkdir()
        (folder / "cat.png").write_bytes(image)
        (folder / "report.json").write_text(report)
    paints = []
    for path in ("/results", "/", "/results?page=20"):
        page.open(path)
        paint = wait("the first paint", lambda: page.browser.execute_script(
            "return performance.getEntriesByType('paint').filter((e) => e.name === 'first-contentful-paint').map((e) => e.startTime)[0]"))
        paints.append(paint)
        print(f"  {path} with 2,000 results: first paint after {paint:.0f} ms")
    assert min(paints) < 1000 and paints[0] < 3000, paints
    page.open("/results").see("2001")
    assert len(page.find(".card")) == 48
    wait("the first row", lambda: page.browser.execute_script("return document.querySelector('.card img').naturalWidth > 0"), 30)
    page.press("a[rel=next]").see("Page 2 of 42")
    return page


def styles_are_renamed_and_removed(page):
    easel = page.easel
    easel.paint("cat")
    name = [p.name for p in (easel.box / "styles").iterdir() if not p.name.startswith(".")][0]
    page.open("/styles").see(name)
    page.press(".card .more summary")
    field = page.find(".card form[action$='/rename'] input")[0]
    field.clear()
    field.send_keys("village" + Keys.ENTER)
    page.notice("is now called village").see("village", ".card .name")
    wait("the new page", lambda: not page.find(".more[open]"), 10)
    page.press(".card .more summary").press(".card form[action$='/remove'] button").notice("village is forgotten")
    page.see("No painting is remembered yet")
    return page


def everybody_can_use_it(page):
    """axe-core on every page, light and dark, wide and narrow."""
    easel = page.easel
    easel.paint("cat")
    easel.drop("odd", "{size: 48, nonsense: 1}", 1)
    wait("the failure", lambda: (easel.outbox / "odd.failed/report.json").exists())
    (easel.inbox / "note.txt").write_text("no job")
    picture(easel.inbox / "half.content.png")
    easel.drop("slow", LONG, 1)
    easel.job("slow", "running")
    easel.drop("next", SMALL, 2)
    found = []
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        page.browser.set_window_size(max(width, 500), 900)
        page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
        for path in ("/", "/results", "/results/cat", "/results/odd.failed", "/styles", "/new", "/new?again=cat", "/state", "/nothing", "/login"):
            page.open(path)
            if path == "/":
                page.see("slow", "[data-live=running]").see("next", "[data-live=queue]")
            if path == "/new":
                page.browser.execute_script("document.getElementById('more').open = true")
            found += [f"{scheme} {path}: {finding}" for finding in page.axe()]
            wide = page.browser.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{path} is {wide} pixels too wide at {width}"
    page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    page.browser.set_window_size(1280, 900)
    assert not found, "\n".join(found)
    page.browser.get_log("browser")  # /nothing is none
    return page


def without_scripts_it_can_be_read(page):
    easel = page.easel
    easel.paint("cat")
    page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.open().see("cat", "[data-live=latest]")
        page.open("/results/cat")
        assert page.find(".compare .after") and "settings.yaml" in page.text()
        # And a form works: a new job of the photo that was painted.
        page.open("/new?again=cat")
        page.find("#name")[0].send_keys("once more")
        page.press(".submit button")
        wait("the first page", lambda: page.browser.current_url == easel.address + "/", 20)
    finally:
        page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    wait("the result", lambda: (easel.outbox / "once more/report.json").exists())
    return page


CHECKS = [
    dropped_files_become_a_picture, a_job_is_watched_to_its_end, a_failed_job_is_tried_again, hostile_names_do_nothing,
    an_open_page_outlives_a_restart, thousands_of_results_are_there_at_once, styles_are_renamed_and_removed,
    without_scripts_it_can_be_read, everybody_can_use_it,
]


def main():
    names = sys.argv[2:]
    failed = False
    browser = start_browser()
    try:
        for check in CHECKS:
            if names and check.__name__ not in names:
                continue
            start = time.monotonic()
            with Easel(PROGRAM) as easel:
                try:
                    easel.start_daemon().start_page()
                    browser.get("about:blank")
                    browser.get_log("browser")
                    errors = check(Page(browser, easel)).errors()
                    assert not errors, errors
                    print(f"ok {check.__name__} {time.monotonic() - start:.1f} s", flush=True)
                except Exception:
                    failed = True
                    print(f"FAILED {check.__name__}: {traceback.format_exc()}\n{easel.log('page.log')[-2000:]}", flush=True)
                    browser.quit()
                    browser = start_browser()
    finally:
        browser.quit()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
