"""An Easel of a test's own: daemon, live page and pictures in a temporary folder. For tests and for Scripts/screenshots.py."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from PIL import Image

# Painted in a second.
SMALL = "{size: 48, iterations: 6, evaluations_per_iteration: 3, threads: 1, gif: {width: 48}, force: true}"
# Painted until somebody stops it.
LONG = "{size: 256, scales: none, iterations: 1000, evaluations_per_iteration: 5, threads: 1, gif: false}"


def wait(what, condition, seconds=60):
    """The condition's value as soon as it is true."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.03)


def picture(path, seed=0, size=(64, 48)):
    """A picture of smooth colours; other seeds give other pictures."""
    image = Image.new("RGB", size)
    width, height = size
    image.putdata([((x * 255 // width + 60 * seed) % 256, (y * 255 // height + 90 * seed) % 256, (x * y * (seed + 1) // 7) % 256)
                   for y in range(height) for x in range(width)])
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


class Easel:
    """`easel watch` and `easel page` over folders of their own."""

    SHORT = {"settle": "60ms", "sidecar_grace": "400ms", "polling_interval": "200ms", "retry_delay": "50ms", "min_free_space": "0"}

    def __init__(self, program, settings="", page_arguments=(), folder=None):
        self.program = str(Path(program).resolve())
        self.root = Path(folder or tempfile.mkdtemp(prefix="easel-page-"))
        self.box = self.root / "box"
        for name in ("inbox", "outbox", "cache", "styles"):
            (self.box / name).mkdir(parents=True, exist_ok=True)
        own = {line.split(":")[0] for line in settings.splitlines()}
        lines = [settings] + [f"{key}: {value}" for key, value in self.SHORT.items() if key not in own]
        (self.root / "easel.yaml").write_text("\n".join(lines) + "\n")
        self.page_arguments = list(page_arguments)
        self.daemon = self.page = None
        self.port = None

    inbox = property(lambda self: self.box / "inbox")
    outbox = property(lambda self: self.box / "outbox")
    address = property(lambda self: f"http://localhost:{self.port}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def folders(self):
        return [word for name in ("inbox", "outbox", "cache", "styles") for word in (f"--{name}", str(self.box / name))]

    def start(self, command, log, **more):
        errors = open(self.root / log, "wb")
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, cwd=self.root, **more)

    def log(self, name):
        return (self.root / name).read_text(errors="replace")

    def start_daemon(self):
        self.daemon = self.start([self.program, "watch", "--config", "easel.yaml", *self.folders()], "daemon.log")
        wait("the daemon", lambda: "watching" in self.log("daemon.log"))
        return self

    def stop_daemon(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait(30)
            self.daemon = None

    def start_page(self, listen=None, wrapper=(), **more):
        listen = listen or f"127.0.0.1:{self.port or 0}"
        command = [*wrapper, self.program, "page", "--config", "easel.yaml", *self.folders(), "--listen", listen,
                   *self.page_arguments]
        self.page = self.start(command, "page.log", **more)
        wait("the page", lambda: "the page is at" in self.log("page.log") or self.page.poll() is not None)
        found = re.search(r"the page is at http://[^ ]*:([0-9]+)/", self.log("page.log"))
        self.port = int(found.group(1)) if found else None
        assert self.page.poll() is None, self.log("page.log")
        return self

    def stop_page(self):
        if self.page:
            self.page.send_signal(signal.SIGTERM)
            assert self.page.wait(15) == 0, self.log("page.log")
            self.page = None

    def stop(self):
        if self.page and self.page.poll() is None:
            self.page.kill()
            self.page.wait()
        self.stop_daemon()

    def drop(self, name, settings=SMALL, seed=1):
        """A job, whole, by one rename."""
        folder = self.inbox / f".{name[:80]}"
        picture(folder / "photo.png", seed)
        picture(folder / "painting.png", seed + 10)
        (folder / "settings.yaml").write_text(self.settings(settings))
        folder.rename(self.inbox / name)

    @staticmethod
    def settings(inline):
        """Flow settings with the pictures' names."""
        return inline.rstrip("} \n") + ", content: photo.png, style: painting.png}\n"

    def paint(self, *names, settings=SMALL):
        for seed, name in enumerate(names):
            self.drop(name, settings, seed + 1)
        for name in names:
            wait(name, lambda: (self.outbox / name / "report.json").exists())

    def status(self):
        return json.loads((self.outbox / ".jobs/status.json").read_text())

    def job(self, name, state):
        """A job of the daemon's status, as soon as it is so. The status is a little behind, so that another may be running in it."""
        return wait(f"{name} to be {state}", lambda: [
            job for job in self.status()["jobs"] if (job["name"], job["state"]) == (name, state)])[0]

    # Requests as a browser makes them, and as it would not.

    def ask(self, method, path, body=None, headers=(), host=None, timeout=20):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"localhost:{self.port}")
        for name, value in dict(headers).items():
            connection.putheader(name, value)
        if body is not None and "Content-Length" not in dict(headers):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        reply = connection.getresponse()
        reply.body = reply.read()
        connection.close()
        return reply

    def cookie(self):
        reply = self.ask("GET", "/state")
        return reply.getheader("Set-Cookie").split(";")[0]

    def change(self, path, body=b"", headers=(), **more):
        """A change as a page of ours asks for it."""
        own = {"Origin": self.address, "Cookie": self.cookie(), "Accept": "application/json",
               "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, {**own, **dict(headers)}, **more)


def multipart(fields, files, boundary="----easel"):
    """A form with files: (name, value) and (name, file name, bytes)."""
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields]
    parts += [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
              f"Content-Type: image/png\r\n\r\n".encode() + data + b"\r\n" for name, file, data in files]
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}
