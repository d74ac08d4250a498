#!/usr/bin/env python3
"""The live page as a foreign program sees it, friendly and not:

    program.py EASEL CHECK
"""

import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

from live import LONG, SMALL, Easel, multipart, picture, wait

PROGRAM = sys.argv[1]


def png(seed=3):
    path = picture(Path(f"/tmp/easel-{os.getpid()}-{seed}.png"), seed)
    data = path.read_bytes()
    path.unlink()
    return data


def only_our_names():
    """DNS rebinding: a page elsewhere whose name leads here is none of ours."""
    with Easel(PROGRAM).start_page() as easel:
        for host in ("evil.example", f"evil.example:{easel.port}", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.7"):
            reply = easel.ask("GET", "/", host=host)
            assert reply.status == 421, (host, reply.status)
            assert b"This page is not called" in reply.body and b"--host" in reply.body
        for host in ("localhost", "LOCALHOST:1", f"127.0.0.1:{easel.port}", "[::1]:8484", "localhost."):
            assert easel.ask("GET", "/", host=host).status == 200, host
        for host in ("a b", "x@localhost", "localhost:x"):
            assert easel.ask("GET", "/", host=host).status == 400, host


def changes_need_origin_and_token():
    with Easel(PROGRAM).start_daemon().start_page() as easel:
        easel.drop("long", LONG)
        job = easel.job("long", "running")["id"]
        path, cookie, own = f"/jobs/{job}/hold", easel.cookie(), easel.address
        refused = [
            {}, {"Origin": own}, {"Cookie": cookie}, {"Origin": "null", "Cookie": cookie},
            {"Origin": "https://evil.example", "Cookie": cookie}, {"Origin": f"{own}.evil.example", "Cookie": cookie},
            {"Origin": f"http://localhost:{easel.port + 1}", "Cookie": cookie}, {"Origin": own, "Cookie": cookie.split("=")[0] + "=1.2.3"},
            {"Origin": own, "Cookie": cookie[:-1] + ("0" if cookie[-1] != "0" else "1")}, {"Referer": own, "Cookie": cookie},
        ]
        for headers in refused:
            reply = easel.ask("POST", path, b"", headers)
            assert reply.status == 403, (headers, reply.status)
        assert easel.ask("GET", path).status == 404
        assert not list(easel.outbox.glob(".jobs/*/hold"))
        reply = easel.change(path)
        assert reply.status == 200 and json.loads(reply.body)["words"].startswith("long is held"), reply.body
        attributes = easel.ask("GET", "/").getheader("Set-Cookie")
        assert "SameSite=Strict" in attributes and "HttpOnly" in attributes
        # Browsers know cookies by the host alone, and two pages of one host are not to throw each other's people out.
        assert attributes.startswith(f"easel-{easel.port}="), attributes
        easel.job("long", "held")
        # The command's words, for what cannot be.
        reply = easel.change(path)
        assert reply.status == 409 and b"is held already" in reply.body, reply.body
        assert b"has priority 7" in easel.change(f"/jobs/{job}/priority", b"priority=7").body
        assert b"allowed is a whole number from -100 to 100" in easel.change(f"/jobs/{job}/priority", b"priority=700").body
        assert easel.change("/jobs/nobody/hold").status == 409
        assert easel.change(f"/jobs/{job}/release").status == 200
        assert easel.change(f"/jobs/{job}/cancel").status == 200
        wait("the end", lambda: (easel.outbox / "long.failed/report.json").exists())
        reply = easel.change("/results/long.failed/retry")
        assert b"is back in the inbox" in reply.body, reply.body
        easel.job("long", "running")


def files_are_looked_up():
    """No path is made of what is asked for, no link is followed, nothing hidden is shown."""
    with Easel(PROGRAM).start_page() as easel:
        result = easel.outbox / "cat"
        picture(result / "cat.png")
        (result / "report.json").write_text('{"name": "cat"}')
        (result / "evil.html").write_text("<script>alert(1)</script>")
        (result / "evil.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
        (result / ".hidden.png").write_bytes(png())
        (result / "frames").mkdir()
        picture(result / "frames/0001.png")
        secret = easel.root / "secret.txt"
        secret.write_text("secret")
        (result / "link.txt").symlink_to(secret)
        (result / "deep").symlink_to(easel.root)
        os.mkfifo(result / "pipe.png")
        linked = easel.outbox / "linked"
        linked.symlink_to(result)
        (easel.outbox / ".jobs").mkdir()
        (easel.outbox / ".jobs/status.json").write_text("{}")
        assert easel.ask("GET", "/results/cat/files/cat.png").getheader("Content-Type") == "image/png"
        assert easel.ask("GET", "/results/cat/files/frames/0001.png").status == 200
        for path in ("cat.png", "frames/0001.png"):
            reply = easel.ask("GET", f"/results/cat/thumbnail/{path}")
            assert reply.status == 200 and reply.body[:2] == b"\xff\xd8", path
        for wrong in (
            "link.txt", "deep/secret.txt", "pipe.png", ".hidden.png", "..", "../cat/cat.png", "../../../../etc/passwd",
            "%2e%2e/%2e%2e/secret.txt", "..%2f..%2fsecret.txt", "frames%2f0001.png", "frames/../cat.png", "./cat.png", "cat.png/",
            "cat.png%00.txt", "cat.png%00", "%", "%zz", "//etc/passwd", "", "frames", "%ff", "\\..\\cat.png",
        ):
            for kind in ("files", "thumbnail"):
                reply = easel.ask("GET", f"/results/cat/{kind}/{wrong}")
                assert reply.status in (400, 404) or wrong == "cat.png/", (kind, wrong, reply.status)
                assert b"secret" not in reply.body
        for path in (
            "/results/.jobs/files/status.json", "/results/linked", "/results/linked/files/cat.png", "/results/..",
            "/results/../box/outbox/cat/files/cat.png", "/results/%2e%2e/files/secret.txt", "/jobs/../preview", "/jobs/%2e%2e/preview",
            "/jobs/.jobs/preview", "/styles/../thumbnail", "/styles/%2e%2e/thumbnail", "/../../etc/passwd", "/nothing", "/page.css/x",
        ):
            reply = easel.ask("GET", path)
            assert reply.status == 404, (path, reply.status)
        for name in ("evil.html", "evil.svg"):
            reply = easel.ask("GET", f"/results/cat/files/{name}")
            assert reply.getheader("Content-Type") == "application/octet-stream" and reply.getheader("Content-Disposition") == "attachment"
        # A picture that was asked for is asked for again, and has not changed.
        tag = easel.ask("GET", "/results/cat/files/cat.png").getheader("ETag")
        assert easel.ask("GET", "/results/cat/files/cat.png", headers={"If-None-Match": tag}).status == 304
        head = easel.ask("HEAD", "/results/cat/files/cat.png")
        assert head.status == 200 and head.body == b"" and int(head.getheader("Content-Length")) == (result / "cat.png").stat().st_size


def every_answer_shuts_the_browser_in():
    with Easel(PROGRAM).start_page() as easel:
        for path in ("/", "/results", "/styles", "/new", "/state", "/queue", "/nothing", "/page.css", "/page.js", "/icon.svg", "/live.json"):
            reply = easel.ask("GET", path)
            policy = reply.getheader("Content-Security-Policy")
            assert policy.startswith("default-src 'self'; ") and "unsafe" not in policy and "frame-ancestors 'none'" in policy, path
            assert reply.getheader("X-Content-Type-Options") == "nosniff" and reply.getheader("X-Frame-Options") == "DENY", path
            assert reply.getheader("Referrer-Policy") == "same-origin", path
        refused = easel.ask("GET", "/", host="evil.example")
        assert refused.getheader("X-Content-Type-Options") == "nosniff"
        page = easel.ask("GET", "/new").body.decode()
        assert " style=" not in page and "<style" not in page and " onclick" not in page and "http://" not in page.replace("http://www.w3.org", "")
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            reply = easel.ask(method, "/")
            assert reply.status == 400 or (reply.status == 405 and reply.getheader("Allow") == "GET, POST"), method


def names_are_escaped_everywhere():
    hostile = '<img src=x onerror=alert(1)>'
    quoted = '"\'><script>alert(1)</script>'
    with Easel(PROGRAM).start_daemon().start_page() as easel:
        body, headers = multipart([("name", quoted), *small_fields()], [("photo", f"{hostile}.content.png", png()), ("painting", "x.png", png(4))])
        reply = easel.change("/jobs", body, headers)
        assert reply.status == 200, reply.body
        name = json.loads(reply.body)["words"].split(" is in the inbox")[0]
        assert "/" not in name
        wait("the result", lambda: (easel.outbox / name / "report.json").exists())
        (easel.inbox / f"{hostile}.txt").write_text("no job")
        easel.drop("bad", "{size: 48, nonsense<b>: 1}")
        wait("the failure", lambda: (easel.outbox / "bad.failed/report.json").exists())
        pages = ["/", "/results", "/styles", "/new", "/state", f"/results/{urllib.parse.quote(name)}", "/results/bad.failed",
                 f"/new?again={urllib.parse.quote(name)}", "/results?q=" + urllib.parse.quote(quoted)]
        wait("the leftover", lambda: b"onerror" in easel.ask("GET", "/").body)
        for path in pages:
            page = easel.ask("GET", path).body.decode()
            assert "<script>alert" not in page and "<img src=x" not in page and "<b>" not in page, path
        events = easel.ask("GET", "/live.json").body.decode()
        assert "<img src=x" not in events and "<script>alert" not in events
        files = os.listdir(easel.outbox / name / "inputs")
        assert any("onerror" in file for file in files), files


def small_fields():
    return [("preset", "easel"), ("set.size", "48"), ("set.iterations", "2"), ("set.evaluations_per_iteration", "2"), ("set.scales", "none")]


def uploads_are_checked_and_whole():
    with Easel(PROGRAM, settings="page: {upload_size: 1M, upload_files: 3}\n").start_page(umask=0o007) as easel:  # as in the unit
        def left():
            return sorted(os.listdir(easel.inbox))

        def send(fields, files, **more):
            body, headers = multipart(fields, files)
            return easel.change("/jobs", body, headers, **more)

        good = [("photo", "cat.png", png()), ("painting", "village.png", png(4))]
        # Each is refused in words, and leaves nothing.
        for fields, files, status, words in [
            ([("set.size", "9999")], good, 422, "allowed is a whole number from 32 to 8192"),
            ([("set.sise", "64")], good, 422, "this cannot be set here"),
            ([("set.content", "other.jpg")], good, 422, "this cannot be set here"),
            ([("preset", "nobody")], good, 422, "allowed is easel"),
            ([], good[:1], 422, "there is no painting"),
            ([], good[1:], 422, "there is no photo"),
            ([("style", "nobody")], good[:1], 422, "no style called"),
            ([], [("photo", "cat.png", b"%PDF-1.7 and so on"), good[1]], 422, "looks like a PDF document"),
            ([], [("photo", "cat.png", b""), good[1]], 422, "is empty"),
            ([], [("photo", "cat.png", b"\x89PNG" + bytes(1 << 20)), good[1]], 413, "more than 1.0 MiB together"),
            ([], good + good, 413, "more than 3 files"),
            ([], [("elsewhere", "cat.png", png())], 400, "no place for a file"),
        ]:
            reply = send(fields, files)
            said = json.loads(reply.body)
            text = said.get("words") or " ".join(p["words"] for p in said["problems"])
            assert reply.status == status and words in text, (fields, reply.status, reply.body)
            assert left() == [], (fields, left())
        # One that says at once how much is coming is refused at once.
        reply = easel.change("/jobs", b"x" * 100, {"Content-Length": str(1 << 40), "Content-Type": "multipart/form-data; boundary=x"})
        assert reply.status == 413, reply.status
        # Nothing of one that is cut off is kept.
        body, headers = multipart([], good)
        cut = socket.create_connection(("127.0.0.1", easel.port))
        own = {"Origin": easel.address, "Cookie": easel.cookie(), "Host": f"localhost:{easel.port}", "Content-Length": str(len(body)), **headers}
        head = "POST /jobs HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in own.items()) + "\r\n"
        cut.sendall(head.encode() + body[: len(body) // 2])
        wait("the hidden folder", lambda: left() and all(name.startswith(".") for name in left()))
        cut.close()
        wait("its end", lambda: left() == [])
        # What is right is a job's folder, whole, and the group's.
        reply = send([("name", "../../evil"), ("preset", "fast"), ("set.size", "64")], good)
        assert reply.status == 200, reply.body
        assert left() == ["_._.._evil"], left()
        folder = easel.inbox / left()[0]
        assert sorted(os.listdir(folder)) == ["cat.png", "settings.yaml", "village.png"]
        settings = (folder / "settings.yaml").read_text()
        assert "preset: fast" in settings and "size: 64" in settings and "cat.png" in settings and "village.png" in settings
        assert folder.stat().st_mode & 0o070 == 0o070 and (folder / "cat.png").stat().st_mode & 0o040
        # The same name once more, and several photos.
        for name in ("trip", "trip"):
            assert send([("name", name)], [("photo", "a.png", png()), ("photo", "a.png", png(5)), good[1]]).status == 200
        assert {"trip", "trip-2"} <= set(left()), left()
        assert sorted(os.listdir(easel.inbox / "trip")) == ["a-2.png", "a.png", "settings.yaml", "village.png"]
        assert "photos: all" in (easel.inbox / "trip/settings.yaml").read_text()
        # Without a script a browser is sent on.
        body, headers = multipart([], good)
        reply = easel.change("/jobs", body, {**headers, "Accept": "text/html"})
        assert reply.status == 303 and reply.getheader("Location") == "/"
        # The form's check says the same.
        reply = easel.change("/check", b"set.size=9999&photos=1&paintings=1")
        assert reply.status == 422 and json.loads(reply.body)["problems"][0]["key"] == "size"
        assert json.loads(easel.change("/check", b"set.size=99&photos=1&paintings=1").body) == {"problems": []}


def a_refusal_is_heard_over_a_long_upload():
    """A browser reads no answer before it has sent everything."""
    with Easel(PROGRAM).start_page() as easel:
        body, headers = multipart([], [("photo", "cat.jpg", b"%PDF-1.7" + bytes(20 << 20)), ("painting", "x.png", png())])
        for _ in range(3):
            reply = easel.change("/jobs", body, headers)
            assert reply.status == 422 and b"looks like a PDF document" in reply.body, reply.status
        reply = easel.change("/nothing", bytes(1 << 20))
        assert reply.status == 404, reply.status
        assert os.listdir(easel.inbox) == []


def slow_clients_are_cut_off():
    """Who sends a head drop by drop, and who does not take the answer."""
    with Easel(PROGRAM).start_page() as easel:
        big = easel.outbox / "big"
        big.mkdir()
        (big / "report.json").write_text('{"name": "big"}')
        (big / "big.png").write_bytes(b"\x89PNG" + os.urandom(30 << 20))
        ends = {}

        def drip():
            start, line = time.monotonic(), socket.create_connection(("127.0.0.1", easel.port))
            try:
                for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 1000:
                    line.sendall(bytes([byte]))
                    time.sleep(0.25)
                    line.setblocking(False)
                    try:
                        if line.recv(1) == b"":
                            break
                    except BlockingIOError:
                        pass
                    line.setblocking(True)
            except OSError:
                pass
            ends["drip"] = time.monotonic() - start

        def stall():
            start, line = time.monotonic(), socket.create_connection(("127.0.0.1", easel.port))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(f"GET /results/big/files/big.png HTTP/1.1\r\nHost: localhost:{easel.port}\r\n\r\n".encode())
            # What is in the buffers may still be read: the connection is seen to end from the other side.
            wait("the cut", lambda: not established(easel.port, line.getsockname()[1]), 60)
            ends["stall"] = time.monotonic() - start

        threads = [threading.Thread(target=drip), threading.Thread(target=stall)]
        for thread in threads:
            thread.start()
        # Others are served meanwhile.
        while any(thread.is_alive() for thread in threads):
            start = time.monotonic()
            assert easel.ask("GET", "/state").status == 200
            assert time.monotonic() - start < 5
            time.sleep(0.5)
        assert 15 < ends["drip"] < 40, ends
        assert ends["stall"] < 75, ends


def established(port, peer):
    """Whether the server's end of a connection is there."""
    wanted = (f":{port:04X}", f":{peer:04X}")
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, state = line.split()[1:4]
        if local.endswith(wanted[0]) and remote.endswith(wanted[1]) and state in ("01", "08"):
            return True
    return False


def many_streams_cost_little():
    """200 pages that are left open."""
    with Easel(PROGRAM).start_daemon().start_page() as easel:
        def memory():
            return int(re.search(r"VmRSS:\s+([0-9]+)", Path(f"/proc/{easel.page.pid}/status").read_text()).group(1)) / 1024

        def seconds():
            fields = Path(f"/proc/{easel.page.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        easel.ask("GET", "/")
        before = memory()
        lines = []
        for _ in range(200):
            line = socket.create_connection(("127.0.0.1", easel.port))
            line.sendall(f"GET /live HTTP/1.1\r\nHost: localhost:{easel.port}\r\nAccept: text/event-stream\r\n\r\n".encode())
            lines.append(line)
        first = [line.recv(1 << 16) for line in lines]
        assert all(b"200 OK" in data for data in first)
        easel.drop("long", LONG)
        easel.job("long", "running")
        start, used = time.monotonic(), seconds()
        heard = [b""] * len(lines)
        while time.monotonic() - start < 8:
            for index, line in enumerate(lines):
                line.setblocking(False)
                try:
                    heard[index] += line.recv(1 << 16)
                except BlockingIOError:
                    pass
            time.sleep(0.05)
        share = (seconds() - used) / (time.monotonic() - start)
        grown = memory() - before
        assert all(b"event: running" in data for data in heard), sum(b"event: running" in data for data in heard)
        print(f"200 streams: {grown:.1f} MB, {100 * share:.1f} % of a processor while a job runs")
        assert grown < 50, grown
        for line in lines:
            line.close()
        wait("the streams' ends", lambda: sum(1 for _ in Path(f"/proc/{easel.page.pid}/fd").iterdir()) < 60)
        # Without listeners nothing is done.
        time.sleep(1)
        idle = seconds()
        time.sleep(3)
        assert seconds() - idle < 0.1, seconds() - idle


def a_token_lets_in():
    with Easel(PROGRAM) as easel:
        def refusal(*arguments):
            run = subprocess.run([PROGRAM, "page", *easel.folders(), *arguments], capture_output=True, text=True, timeout=20)
            assert run.returncode != 0
            return run.stderr

        token = easel.root / "token"
        assert "can be reached from other machines; name a file with a token" in refusal("--listen", "0.0.0.0:0")
        assert "can be reached from other machines" in refusal("--listen", "[::]:0")
        assert "'cellar'" in refusal("--listen", "cellar")
        assert "cannot be read; make one with" in refusal("--token-file", str(token))
        token.write_text("0123456789abcdef0123\n")
        token.chmod(0o644)
        assert "anybody on this machine may read the token" in refusal("--token-file", str(token))
        token.chmod(0o600)
        token.write_text("short")
        token.chmod(0o600)
        assert "found a token of 5 characters, which can be guessed" in refusal("--token-file", str(token))
        token.write_text("0123456789abcdef0123\n")
        easel.page_arguments = ["--token-file", str(token)]
        easel.start_page("0.0.0.0:0")
        reply = easel.ask("GET", "/results?page=1", headers={"Accept": "text/html"})
        assert reply.status == 303 and reply.getheader("Location") == "/login?to=%2Fresults", reply.getheader("Location")
        for path in ("/live.json", "/results/x/files/y", "/live"):
            assert easel.ask("GET", path).status == 401, path
        # What the page for logging in is made of.
        for path in ("/page.css", "/page.js"):
            assert easel.ask("GET", path).status == 200, path
        assert easel.ask("POST", "/jobs", b"", {"Origin": easel.address}).status == 401
        own = {"Origin": easel.address, "Content-Type": "application/x-www-form-urlencoded"}
        wrong = easel.ask("POST", "/login", b"token=0123456789abcdef0124", own)
        assert wrong.status == 403 and wrong.getheader("Set-Cookie") is None and b"That is not the token" in wrong.body
        assert easel.ask("POST", "/login", b"token=0123456789abcdef0123").status == 403
        right = easel.ask("POST", "/login", b"token=0123456789abcdef0123&to=//evil.example", own)
        assert right.status == 303 and right.getheader("Location") == "/", right.getheader("Location")
        cookie = right.getheader("Set-Cookie").split(";")[0]
        assert easel.ask("GET", "/state", headers={"Cookie": cookie}).status == 200
        # Addresses cannot be rebound; names can.
        assert easel.ask("GET", "/state", headers={"Cookie": cookie}, host=f"192.168.7.7:{easel.port}").status == 200
        assert easel.ask("GET", "/state", headers={"Cookie": cookie}, host="evil.example").status == 421
        # Who is in stays in.
        easel.stop_page()
        easel.start_page(f"0.0.0.0:{easel.port}")
        assert easel.ask("GET", "/state", headers={"Cookie": cookie}).status == 200
        easel.stop_page()
        token.write_text("another token, as long\n")
        easel.start_page(f"0.0.0.0:{easel.port}")
        assert easel.ask("GET", "/live.json", headers={"Cookie": cookie}).status == 401


def sockets_of_every_kind():
    """In the file system, and inherited as from systemd."""
    def get(line, host):
        line.sendall(f"GET /state HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        data = b""
        while piece := line.recv(1 << 16):
            data += piece
        return data

    with Easel(PROGRAM, page_arguments=["--host", "pictures.example.org"]) as easel:
        path = easel.root / "page.sock"
        easel.start_page(f"unix:{path}")
        assert path.stat().st_mode & 0o777 == 0o660, oct(path.stat().st_mode)
        for host, status in (("localhost", b"200"), ("pictures.example.org", b"200"), ("other.example.org", b"421")):
            line = socket.socket(socket.AF_UNIX)
            line.connect(str(path))
            assert get(line, host).split(b" ")[1] == status, host
        easel.stop_page()
        assert not path.exists()
    with Easel(PROGRAM) as easel:
        server = socket.create_server(("127.0.0.1", 0))
        easel.port = server.getsockname()[1]
        shell = ["sh", "-c", f'exec 3<&{server.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', "sh"]
        easel.start_page("127.0.0.1:1", wrapper=shell, pass_fds=[server.fileno()])
        server.close()
        assert easel.ask("GET", "/state").status == 200
        easel.stop_page()
        # One that others can reach is held to the same rule.
        server = socket.create_server(("0.0.0.0", 0))
        shell = ["sh", "-c", f'exec 3<&{server.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', "sh"]
        run = subprocess.run([*shell, PROGRAM, "page", *easel.folders()], pass_fds=[server.fileno()], capture_output=True, text=True)
        assert run.returncode != 0 and "can be reached from other machines" in run.stderr


def another_user_asks_the_daemon():
    """As the unit has it: a user that may write into the inbox and leave word, and nothing else."""
    if os.geteuid() != 0:
        print("skipped: needs root")
        return
    with Easel(PROGRAM).start_daemon() as easel:
        easel.root.chmod(0o755)
        for folder in (easel.box, easel.outbox, easel.box / "styles", easel.box / "cache", easel.outbox / ".jobs"):
            folder.chmod(0o755)
        os.chown(easel.inbox, 65534, 65534)
        doorbell = easel.outbox / ".jobs/doorbell"
        os.chown(doorbell, 0, 65534)
        doorbell.chmod(0o770)
        thumbnails = easel.root / "thumbnails"
        thumbnails.mkdir()
        os.chown(thumbnails, 65534, 65534)
        easel.page_arguments = ["--thumbnails", str(thumbnails)]
        easel.start_page(wrapper=["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"])
        body, headers = multipart([("name", "sent"), *small_fields()], [("photo", "cat.png", png()), ("painting", "village.png", png(4))])
        assert easel.change("/jobs", body, headers).status == 200
        wait("the result", lambda: (easel.outbox / "sent/report.json").exists())
        assert easel.ask("GET", "/results/sent/thumbnail/sent.png").status == 200 and list(thumbnails.glob("*/*.jpg"))
        easel.drop("long", LONG)
        # The one before may be listed for a moment after its result is there.
        job = easel.job("long", "running")["id"]
        reply = easel.change(f"/jobs/{job}/hold")
        assert reply.status == 200 and b"long is held" in reply.body, reply.body
        easel.job("long", "held")
        assert b"is held already" in easel.change(f"/jobs/{job}/hold").body
        assert b"has priority -3" in easel.change(f"/jobs/{job}/priority", b"priority=-3").body
        assert easel.change(f"/jobs/{job}/cancel").status == 200
        wait("the end", lambda: (easel.outbox / "long.failed/report.json").exists())
        reply = easel.change("/results/long.failed/retry")
        assert reply.status == 200 and b"is back in the inbox" in reply.body, reply.body
        style = wait("the style", lambda: [p.name for p in (easel.box / "styles").iterdir() if not p.name.startswith(".")])[0]
        assert b"is now called night" in easel.change(f"/styles/{style}/rename", b"name=night").body
        assert b"cannot be a style's name" in easel.change("/styles/night/rename", b"name=a/b").body
        assert b"night is forgotten" in easel.change("/styles/night/remove").body
        assert not (easel.box / "styles/night").exists()
        # Nothing is left lying about, and what is no wish is none.
        assert [p.name for p in doorbell.iterdir() if p.name != "ring"] == []
        (doorbell / "wish-1.json").write_text("{}")
        (doorbell / "wish-2.json").symlink_to("/etc/passwd")
        wait("the answers", lambda: sorted(p.name for p in doorbell.iterdir() if p.name != "ring") == ["answer-1.json", "answer-2.json"])
        assert "cannot be read" in (doorbell / "answer-2.json").read_text()


def styles_are_changed_as_by_the_command():
    with Easel(PROGRAM).start_daemon().start_page() as easel:
        picture(easel.root / "auvers.png", 4)
        subprocess.run([PROGRAM, "styles", "add", "auvers.png", "--styles", str(easel.box / "styles")], cwd=easel.root, check=True, capture_output=True)
        assert b"auvers" in easel.ask("GET", "/styles").body
        assert easel.ask("GET", "/styles/auvers/thumbnail").getheader("Content-Type") == "image/jpeg"
        assert b"is now called village" in easel.change("/styles/auvers/rename", b"name=village").body
        assert easel.change("/styles/auvers/rename", b"name=x").status == 409
        body, headers = multipart([("name", "cat"), ("style", "village"), *small_fields()], [("photo", "cat.png", png())])
        assert easel.change("/jobs", body, headers).status == 200
        wait("the result", lambda: (easel.outbox / "cat/report.json").exists())
        assert json.loads((easel.outbox / "cat/report.json").read_text())["style"] == "village"
        # Once more, with something changed: its photo, its settings, its style.
        form = easel.ask("GET", "/new?again=cat").body.decode()
        assert "Again with cat" in form and 'name="keep_photo"' in form and re.search(r'value="village" checked', form)
        assert re.search(r'id="set-size"[^>]*value="48"', form), re.search(r'id="set-size"[^>]*>', form)
        body, headers = multipart([("again", "cat"), ("keep_photo", "1"), ("style", "village"), ("name", "more"), *small_fields()], [("photo", "", b"")])
        reply = easel.change("/jobs", body, headers)
        assert reply.status == 200, reply.body
        wait("the next", lambda: (easel.outbox / "more/report.json").exists())
        assert "used twice" in easel.ask("GET", "/styles").body.decode() or "used 2 times" in easel.ask("GET", "/styles").body.decode()


def without_a_daemon_it_still_shows():
    with Easel(PROGRAM).start_page() as easel:
        assert b"Easel is not running" in easel.ask("GET", "/").body
        picture(easel.inbox / "cat.content.png")
        wait("the job", lambda: b"cat.style.jpg" in easel.ask("GET", "/").body, 10)
        easel.start_daemon()
        wait("the daemon", lambda: b"Easel is not running" not in easel.ask("GET", "/").body, 10)


if __name__ == "__main__":
    globals()[sys.argv[2]]()
