"""The server's side of the host protocol, played. Source: docs/protocol/apphost.md."""

import json
import os
import socket
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HOST = Path(__file__).resolve().parents[1]
BOOT = (
    "import json,os\n"
    "with os.fdopen(5,encoding='utf-8') as f: sources=json.load(f)\n"
    "exec(compile(sources['main.py'],'crema:main.py','exec'),"
    "{'__name__':'__main__','sources':sources})"
)
SITE = "a.localhost"


def frame(head, *attachments):
    pieces = [json.dumps(head).encode(), *attachments]
    body = b"".join(struct.pack(">I", len(piece)) + piece for piece in pieces)
    return struct.pack(">I", len(body)) + body


class Channel:
    def __init__(self, end):
        end.settimeout(15)
        self.stream = end.makefile("rwb")
        self.end = end

    def send(self, head, *attachments):
        self.stream.write(frame(head, *attachments))
        self.stream.flush()

    def receive(self):
        """(head, attachments); None at the end."""
        size = self.stream.read(4)
        if len(size) < 4:
            return None
        body = self.stream.read(struct.unpack(">I", size)[0])
        pieces, at = [], 0
        while at < len(body):
            (size,) = struct.unpack_from(">I", body, at)
            pieces.append(body[at + 4 : at + 4 + size])
            at += 4 + size
        return json.loads(pieces[0]), pieces[1:]


def memory_file(text):
    descriptor = os.memfd_create("test")
    os.write(descriptor, text)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


class Host:
    """Started as crema/apphost starts it: descriptors 3 to 6."""

    def __init__(self, bench, apps, developer_mode=False, plain_call_max_s=30):
        self.bench = bench
        main, main_theirs = socket.socketpair()
        watch, watch_theirs = socket.socketpair()
        sources = {path.name: path.read_text() for path in HOST.glob("*.py")}
        limit = "PLAIN_CALL_MAX_S = "
        assert f"{limit}30\n" in sources["calls.py"]
        sources["calls.py"] = sources["calls.py"].replace(f"{limit}30", limit + str(plain_call_max_s))
        source = memory_file(json.dumps(sources).encode())
        self.slot = memory_file(b"\xff" * 4)
        theirs = [main_theirs.fileno(), watch_theirs.fileno(), source, self.slot]
        high = [os.dup2(each, 100 + i) for i, each in enumerate(theirs)]

        def place():
            for i, each in enumerate(high):
                os.dup2(each, 3 + i)

        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", BOOT], cwd=bench, preexec_fn=place, close_fds=False,
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for each in [*high, source]:
            os.close(each)
        main_theirs.close()
        watch_theirs.close()
        self.main, self.watch = Channel(main), Channel(watch)
        files = [{"app": app, "file": f"apps/{app}/{app}/realtime/handlers.py"} for app in apps]
        self.main.send(
            {"type": "hello", "version": 1, "language": "python", "bench": "some/bench",
             "apps": files, "web": "http://127.0.0.1:1", "developer_mode": developer_mode, "new": 1}
        )

    def close(self):
        self.main.end.shutdown(socket.SHUT_RDWR)
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.slot)

    def next(self, *kinds):
        while True:
            got = self.main.receive()
            assert got, f"the host ended: {self.process.stderr.read().decode()}"
            if not kinds or got[0]["type"] in kinds:
                return got[0] if not got[1] else got

    def ready(self):
        """The `loaded` messages up to `ready`."""
        seen = []
        while (head := self.next("loaded", "ready"))["type"] != "ready":
            seen.append(head)
        return seen

    def open(self, sid, user="alice@example.com", apps=("frappe", "chat"), rooms=(), again=False,
             site=SITE):
        self.main.send(
            {"type": "open", "site": site, "socket": sid, "apps": list(apps), "user": user,
             "user_type": "System User", "sid": "cookie", "authorization": "",
             "rooms": [*rooms], "handshake": {}, "again": again}
        )

    def event(self, sid, event, *args, ack=None, attachments=(), site=SITE):
        more = {} if ack is None else {"ack": ack}
        head = {"type": "event", "site": site, "socket": sid, "event": event, "args": list(args)}
        self.main.send({**head, **more}, *attachments)


@pytest.fixture
def start(tmp_path):
    """start({app: text of its handlers.py}): a host that has loaded them."""
    hosts = []

    def run(apps, **options):
        (tmp_path / "sites").mkdir(exist_ok=True)
        for app, text in apps.items():
            write(tmp_path, app, text)
        host = Host(tmp_path, list(apps), **options)
        hosts.append(host)
        assert host.next() == {
            "type": "hello", "version": 1, "runtime": f"python {sys.version.split()[0]}"
        }
        host.loaded = host.ready()
        return host

    yield run
    for host in hosts:
        host.close()


def write(bench, app, text):
    folder = bench / "apps" / app / app / "realtime"
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "handlers.py").write_text("from frappe.realtime import realtime\n\n"
                                        + textwrap.dedent(text))
