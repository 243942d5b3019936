"""The host itself: the main channel, and what its messages mean."""

import asyncio
import json
import os
import platform
import socket as sockets
import struct
import sys
import threading
import time
import traceback

from crema_host import wire
from crema_host.apps import Apps
from crema_host.calls import Calls
from crema_host.charge import Charges
from crema_host.frappe_names import FrappeNames
from crema_host.output import Lines
from crema_host.registry import realtime
from crema_host.sockets import Session, Site, Socket, SyncSocket

MAIN_DESCRIPTOR, WATCH_DESCRIPTOR = 3, 4
UNSENT_BYTES_MAX = 32 << 20
LOG_LINES_WAITING_MAX = 10_000
THREADS = 4
LOOK_INTERVAL_S = 0.5


def main():
    asyncio.run(Host().run())


class Host:
    def __init__(self):
        self._sites = {}
        self._permissions = {}
        self._calls_made = 0
        self._log_lines_waiting = 0
        self._dropped_said = 0.0
        self._on = {
            "hello": self._hello,
            "open": self._open,
            "close": self._close,
            "join": self._join,
            "leave": self._leave,
            "event": self._event,
            "acked": lambda head, _: None,
            "permitted": self._permitted,
            "ping": self._ping,
            "reload": self._reload,
            "shutdown": lambda head, _: os._exit(0),
        }

    async def run(self):
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._escaped)
        channel = sockets.socket(fileno=MAIN_DESCRIPTOR)
        reader, self._writer = await asyncio.open_connection(sock=channel)
        try:
            while True:
                (size,) = struct.unpack(">I", await reader.readexactly(4))
                if size > wire.FRAME_BYTES_MAX:
                    raise wire.ProtocolError("a frame is too large")
                self._handle(*wire.decode(await reader.readexactly(size)))
        except asyncio.IncompleteReadError:
            os._exit(0)  # The server is gone.
        except wire.ProtocolError as error:
            _say_plainly(f"the server's message was not understood: {error}")
            os._exit(1)

    def _handle(self, head, attachments):
        act = self._on.get(head["type"])
        if act is None:
            raise wire.ProtocolError(f"no message is called {head['type']}")
        try:
            act(head, attachments)
        except (KeyError, TypeError) as error:
            raise wire.ProtocolError(f"{head['type']}: {error!r}") from error

    # --- What is sent ---

    def _send(self, head, attachments=()):
        """On the loop's thread. Raises ValueError or TypeError for what cannot be said in JSON."""
        self._writer.write(wire.encode(head, attachments))
        if self._writer.transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            _say_plainly("the server does not read what waits for it")
            os._exit(1)

    def say(self, kind, session, **fields):
        self._send({"type": kind, "site": session.site.name, "socket": session.sid, **fields})

    def emit(self, site, event, args, to):
        attachments = []
        head = {"type": "emit", "site": site, "event": event, "args": wire.pack(args, attachments)}
        self._send({**head, **to}, attachments)

    def acknowledge(self, session, ack, args):
        attachments = []
        packed = wire.pack(args, attachments)
        head = {"type": "ack", "site": session.site.name, "socket": session.sid, "ack": ack}
        self._send({**head, "args": packed}, attachments)

    def log(self, app, level, text):
        """On the loop's thread."""
        self._send({"type": "log", "app": app, "level": level, "text": wire.cut(text)})

    def log_soon(self, app, level, text):
        """In any thread. More lines than can wait are left out."""
        if threading.current_thread() is threading.main_thread():
            self.log(app, level, text)
        elif self._log_lines_waiting < LOG_LINES_WAITING_MAX:
            self._log_lines_waiting += 1
            self._loop.call_soon_threadsafe(self._log_late, app, level, text)

    def _log_late(self, app, level, text):
        self._log_lines_waiting -= 1
        self.log(app, level, text)

    def failed(self, app, event, error):
        """An app's function raised: a line of the log, and nothing else."""
        text = "".join(traceback.format_exception_only(type(error), error)).strip()
        head = {"type": "error", "app": app, "text": wire.cut(text)}
        if event:
            head["event"] = wire.cut(event)
        if place := self._charges.place_of(error):
            head["file"], head["line"] = place[1], place[2]
        self._send(head)

    def dropped(self, app, event):
        now = time.monotonic()
        if now - self._dropped_said >= 1:
            self._dropped_said = now
            self.log(app, "warn", f"too many handlers are running: {event} and more are dropped")

    def _escaped(self, loop, context):
        """A task of an app's own that nobody waited for."""
        error = context.get("exception")
        place = self._charges.place_of(error) if error else None
        if place:
            self.failed(place[0], "", error)
        else:
            loop.default_exception_handler(context)

    # --- What comes ---

    def _hello(self, head, _):
        if head["version"] != wire.VERSION:
            raise wire.ProtocolError(f"version {head['version']}, and this is {wire.VERSION}")
        bench = os.getcwd()  # The server's name for it may be relative to a folder of its own.
        files = [(each["app"], each["file"]) for each in head["apps"]]
        apps = [app for app, _ in files]
        self._charges = Charges(apps, bench)
        threading.Thread(target=watch, args=(self._charges,), daemon=True).start()
        sys.stdout = Lines(self.log_soon, "info", sys.stdout)
        sys.stderr = Lines(self.log_soon, "warn", sys.stderr)
        names = {"realtime": realtime, "Socket": Socket, "SyncSocket": SyncSocket}
        sys.meta_path.insert(0, FrappeNames(names))
        sites = os.path.join(bench, "sites")
        if os.path.isdir(sites):
            os.chdir(sites)  # Where Frappe expects to run.
        self._calls = Calls(self, realtime, self._charges, _threads(sites))
        self._apps = Apps(files, bench, realtime, self._charges)
        runtime = f"python {platform.python_version()}"
        self._send({"type": "hello", "version": wire.VERSION, "runtime": runtime})
        self._apps.changed()  # What is written from here on is a change.
        self._load()
        if head["developer_mode"]:
            self._loop.call_later(LOOK_INTERVAL_S, self._look)

    def _look(self):
        """In developer mode: a file that changed is loaded anew."""
        if changed := self._apps.changed():
            self._load(changed)
        self._loop.call_later(LOOK_INTERVAL_S, self._look)

    def _load(self, apps=None):
        for app, file, why in self._apps.load(apps):
            loaded = {"type": "loaded", "app": app, "file": file}
            if why:
                text, loaded["file"], loaded["line"] = why
                loaded["text"] = wire.cut(text)
            self._send(loaded)
        self._send({"type": "ready"})

    def _reload(self, head, _):
        self._load()

    def _session(self, head):
        site = self._sites.get(head["site"])
        return site.sessions.get(head["socket"]) if site else None

    def _open(self, head, _):
        site = self._sites.setdefault(head["site"], Site(head["site"]))
        if old := self._session(head):
            site.remove(old)
        session = Session(site, head)
        site.sessions[session.sid] = session
        for room in head["rooms"]:
            site.join(session, room)
        if not head["again"]:
            self._calls.connected(session)

    def _close(self, head, _):
        if session := self._session(head):
            session.site.remove(session)
            self._calls.disconnected(session, head["reason"])

    def _join(self, head, _):
        if session := self._session(head):
            for room in head["rooms"]:
                session.site.join(session, room)

    def _leave(self, head, _):
        if session := self._session(head):
            for room in head["rooms"]:
                session.site.leave(session, room)

    def _event(self, head, attachments):
        if session := self._session(head):
            args = wire.unpack(head["args"], attachments)
            self._calls.event(session, head["event"], args, head.get("ack"))

    async def ask_permission(self, session, doctype, name):
        self._calls_made += 1
        answer = self._loop.create_future()
        self._permissions[self._calls_made] = answer
        more = {} if name is None else {"name": str(name)}
        call = self._calls_made
        try:
            self.say("permission", session, call=call, doctype=str(doctype), **more)
            return await answer
        finally:
            del self._permissions[call]

    def _permitted(self, head, _):
        answer = self._permissions.get(head["call"])
        if answer and not answer.done():
            answer.set_result(head["allowed"] is True)

    def _ping(self, head, _):
        # After the first steps of the handlers that were begun before.
        self._loop.call_soon(self._pong, head["call"])

    def _pong(self, call):
        # A plain function that does not return is found by a `pong` that does not come.
        if not self._calls.is_stuck():
            self._send({"type": "pong", "call": call})
        else:
            self._loop.call_later(0.1, self._pong, call)


def watch(charges):
    """The other channel, in a thread of its own: it answers while a handler does not return."""
    channel = sockets.socket(fileno=WATCH_DESCRIPTOR)
    stream = channel.makefile("rwb")
    while (size := stream.read(4)) and len(size) == 4:
        head, _ = wire.decode(stream.read(struct.unpack(">I", size)[0]))
        if head["type"] == "where":
            app, file, line = charges.where()
            answer = {"type": "where", "app": app, "file": file, "line": line}
            stream.write(wire.encode(answer))
            stream.flush()
    os._exit(0)


def _threads(sites):
    """socketio_worker_threads of the bench, from 1 to 64. Source: frappe-realtime 2.2."""
    try:
        with open(os.path.join(sites, "common_site_config.json"), encoding="utf-8") as file:
            wanted = int(json.load(file).get("socketio_worker_threads") or THREADS)
    except (OSError, ValueError, TypeError, AttributeError):
        wanted = THREADS
    return min(max(wanted, 1), 64)


def _say_plainly(text):
    """To the server's log, by the descriptor: the channel is of no use any more."""
    os.write(2, f"{text}\n".encode())
