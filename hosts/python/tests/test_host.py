"""The host as the server sees it: a child with two channels. Source: docs/protocol/apphost.md."""

import itertools
import os
import socket
import struct
import time

import pytest
from conftest import SITE, frame, write

HELLO = """
    @realtime.on("hello_chat")
    def hello_chat(socket):
        print("hello world!")
"""


def test_the_documented_example_prints_into_the_log(start):
    host = start({"chat": HELLO})
    assert host.loaded == [
        {"type": "loaded", "app": "chat", "file": "apps/chat/chat/realtime/handlers.py"}
    ]
    host.open("s1")
    host.event("s1", "hello_chat")
    assert host.next() == {"type": "log", "app": "chat", "level": "info", "text": "hello world!"}


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_what_a_socket_offers(start, kind):
    wait = "await " if kind == "async def" else ""
    host = start({"chat": f"""
        @realtime.on("all")
        {kind} all_of_it(socket, number, data):
            {wait}socket.join("den")
            {wait}socket.set("n", number)
            {wait}socket.emit("one", data)
            {wait}socket.emit("two", (1, float("nan")), room="den")
            {wait}socket.emit("three")
            may = {wait}socket.has_permission("ToDo", 7)
            who = {wait}socket.participants("den")
            return {{
                "site": socket.site, "user": socket.user, "type": socket.user_type,
                "apps": socket.installed_apps, "sid": socket.sid, "nsp": socket.namespace,
                "may": may, "who": who, "users": [{wait}socket.user_of(each) for each in who],
                "nobody": {wait}socket.user_of("gone"),
                "n": {wait}socket.get("n"), "none": {wait}socket.get("m", "nothing"),
            }}

        @realtime.on("quit")
        {kind} quit(socket):
            {wait}socket.leave("den")
            return (None, 2)
    """})
    host.open("s0", user="bob@example.com", rooms=["den"])
    host.open("s1")
    host.event("s1", "all", 5, {"bytes": {"_placeholder": True, "num": 0}}, ack=3,
               attachments=[b"\x00\xff"])
    at = {"site": SITE, "socket": "s1"}
    assert host.next() == {"type": "join", **at, "rooms": ["den"]}
    head, attachments = host.next()
    emit = {"type": "emit", "site": SITE}
    placeholder = {"bytes": {"_placeholder": True, "num": 0}}
    assert head == {**emit, "event": "one", "args": [placeholder], "socket": "s1"}
    assert attachments == [b"\x00\xff"]
    assert host.next() == {**emit, "event": "two", "args": [1, None], "rooms": ["den"]}
    assert host.next() == {**emit, "event": "three", "args": [], "socket": "s1"}
    asked = host.next()
    call = asked.pop("call")
    assert asked == {"type": "permission", **at, "doctype": "ToDo", "name": "7"}
    host.main.send({"type": "permitted", "call": call, "allowed": True})
    assert host.next() == {"type": "ack", **at, "ack": 3, "args": [{
        "site": SITE, "user": "alice@example.com", "type": "System User",
        "apps": ["frappe", "chat"], "sid": "s1", "nsp": f"/{SITE}", "may": True,
        "who": ["s0", "s1"], "users": ["bob@example.com", "alice@example.com"],
        "nobody": None, "n": 5, "none": "nothing",
    }]}
    host.event("s1", "quit", ack=4)
    assert host.next() == {"type": "leave", **at, "rooms": ["den"]}
    assert host.next() == {"type": "ack", **at, "ack": 4, "args": [None, 2]}


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_what_a_handler_keeps_of_another_sites_sockets_is_of_no_use_to_it(start, kind):
    wait = "await " if kind == "async def" else ""
    host = start({"chat": f"""
        everybody = {{}}

        @realtime.on("here")
        {kind} here(socket):
            everybody[socket.site] = socket

        @realtime.on("reach")
        {kind} reach(socket, site):
            other, said = everybody[site], []
            for act in ("join", "leave", "emit", "participants", "has_permission", "get"):
                try:
                    {wait}getattr(other, act)("x")
                    said.append(act)
                except PermissionError as error:
                    said.append(str(error))
            return said
    """})
    host.open("s1")
    host.event("s1", "here")
    host.open("s2", site="b.localhost")
    host.event("s2", "here", site="b.localhost")
    host.event("s1", "reach", "b.localhost", ack=1)
    refusal = f"what runs for {SITE} cannot reach b.localhost"
    assert host.next()["args"] == [[refusal] * 6]


def test_guests_are_heard_where_they_may_be_and_apps_where_they_are_installed(start):
    text = """
        @realtime.on("members")
        async def members(socket):
            return "NAME"

        @realtime.on("everybody", allow_guest=True)
        def everybody(socket):
            return "NAME"
    """
    host = start({"chat": text.replace("NAME", "chat"), "desk": text.replace("NAME", "desk")})
    host.open("guest", user="Guest", apps=["desk", "chat"])
    host.open("alice", apps=["desk"])
    host.event("guest", "members", ack=1)
    host.event("guest", "everybody", ack=2)
    host.event("alice", "members", ack=3)
    answers = [host.next() for _ in range(2)]
    assert sorted((each["socket"], each["ack"], each["args"]) for each in answers) == [
        ("alice", 3, ["desk"]), ("guest", 2, ["desk"])
    ]


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("wrong, said", [
    ("raise ValueError('broken')", "ValueError: broken"),
    ("sys.exit(3)", "SystemExit: 3"),
])
def test_what_a_handler_raises_is_told_and_swallowed(start, kind, wrong, said):
    host = start({"chat": f"""
        import sys

        @realtime.on("bad")
        {kind} bad(socket):
            {wrong}

        @realtime.on("good")
        {kind} good(socket):
            return "fine"
    """})
    host.open("s1")
    host.event("s1", "bad", ack=1)
    error = host.next()
    assert error == {"type": "error", "app": "chat", "event": "bad", "line": 8,
                     "file": "apps/chat/chat/realtime/handlers.py", "text": error["text"]}
    assert said in error["text"]
    assert host.next()["args"] == []
    host.event("s1", "good", ack=2)
    assert host.next()["args"] == ["fine"]


def test_arguments_and_answers_that_do_not_fit_are_errors_of_the_app(start):
    host = start({"chat": """
        @realtime.on("two")
        async def two(socket, first, second):
            return {1, 2}
    """})
    host.open("s1")
    host.event("s1", "two", 1)
    assert "missing 1 required positional argument" in host.next()["text"]
    host.event("s1", "two", 1, 2, ack=9)
    assert "set is not JSON serializable" in host.next()["text"]
    assert host.next()["args"] == []


def test_connect_and_disconnect(start):
    host = start({"chat": """
        @realtime.on("connect")
        async def connect(socket):
            await socket.emit("welcome", socket.user)

        @realtime.on("disconnect")
        async def disconnect(socket, reason):
            print(reason, await socket.participants("den"), await socket.user_of(socket.sid))

        @realtime.on("disconnect")
        def also(socket):
            print("left")
    """})
    host.open("s1", rooms=["den"])
    assert host.next()["args"] == ["alice@example.com"]
    host.open("s2", rooms=["den"], again=True)
    host.event("s2", "connect")
    host.main.send({"type": "close", "site": SITE, "socket": "s1", "reason": "transport close"})
    said = {host.next()["text"], host.next()["text"]}
    assert said == {"transport close ['s2'] alice@example.com", "left"}


def test_plain_functions_of_one_socket_run_in_order(start):
    host = start({"chat": """
        import time

        @realtime.on("wait")
        def wait(socket, seconds):
            time.sleep(seconds)
            return seconds
    """})
    host.open("s1")
    for ack, seconds in enumerate([0.2, 0.1, 0]):
        host.event("s1", "wait", seconds, ack=ack)
    assert [host.next()["ack"] for _ in range(3)] == [0, 1, 2]


def test_a_file_that_does_not_load_says_where_and_a_reload_mends_it(start):
    host = start({"chat": "def broken(:\n    pass\n", "desk": HELLO})
    first, second = host.loaded
    assert (first["app"], first["line"]) == ("chat", 3)
    assert first["text"].startswith("SyntaxError: ")
    assert "text" not in second
    write(host.bench, "chat", HELLO)
    host.main.send({"type": "reload"})
    assert ["text" in each for each in host.ready()] == [False, False]
    host.open("s1")
    host.event("s1", "hello_chat")
    assert host.next()["text"] == "hello world!"


def test_a_reload_changes_what_a_socket_that_stays_gets(start):
    text = '@realtime.on("n")\ndef n(socket):\n    return 1\n'
    host = start({"chat": text})
    host.open("s1")
    for number in (1, 2, 3):
        write(host.bench, "chat", text.replace("1", str(number)))
        host.main.send({"type": "reload"})
        host.ready()
        host.event("s1", "n", ack=1)
        assert host.next()["args"] == [number]


def test_in_developer_mode_a_changed_file_is_loaded_by_itself(start):
    text = '@realtime.on("n")\ndef n(socket):\n    return 1\n'
    host = start({"chat": text, "desk": HELLO}, developer_mode=True)
    write(host.bench, "chat", text.replace("1", "2"))
    assert host.next("loaded")["app"] == "chat"
    host.next("ready")
    host.open("s1")
    host.event("s1", "n", ack=1)
    assert host.next()["args"] == [2]


@pytest.mark.parametrize("path", ["frappe.realtime", "frappe.realtime.server"])
def test_realtime_is_where_handlers_import_it_from(start, path):
    host = start({"chat": f"from {path} import realtime as other\nassert other is realtime\n"})
    assert "text" not in host.loaded[0]


STUB = """
class Local:
    db = None

class Database:
    def __init__(self): self.log = []
    def commit(self): print("commit")
    def rollback(self): print("rollback")

local = Local()
db = None

def init(site, sites_path="."):
    import os
    print("init", site, os.path.basename(os.getcwd()))
def connect():
    global db
    db = local.db = Database()
def set_user(user): print("user", user)
def destroy(): print("destroy")
"""


def test_the_frappe_context_commits_or_rolls_back(start, tmp_path):
    package = tmp_path / "apps" / "chat" / "frappe"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(STUB)
    (package / "realtime.py").write_text("def publish_realtime(): return 'its own'\n")
    host = start({"chat": """
        import frappe
        assert frappe.realtime.publish_realtime() == "its own"

        @realtime.on("good", frappe_context=True)
        def good(socket):
            print(type(frappe.db).__name__)

        @realtime.on("bad", frappe_context=True)
        def bad(socket):
            frappe.nothing
    """})
    assert "text" not in host.loaded[0], host.loaded
    host.open("s1")
    host.event("s1", "good")
    texts = [host.next()["text"] for _ in range(5)]
    assert texts == [
        f"init {SITE} sites", "user alice@example.com", "Database", "commit", "destroy"
    ]
    host.event("s1", "bad")
    texts = [host.next()["text"] for _ in range(5)]
    assert texts[2:4] == ["rollback", "destroy"]
    assert "has no attribute 'nothing'" in texts[4]


def test_without_frappe_its_context_is_refused(start):
    host = start({"chat": """
        @realtime.on("good", frappe_context=True)
        def good(socket):
            pass
    """})
    host.open("s1")
    host.event("s1", "good")
    assert host.next()["text"].startswith("RuntimeError: frappe_context needs Frappe")


def test_a_frappe_context_on_the_loop_is_refused_at_once(start):
    host = start({"chat": """
        @realtime.on("x", frappe_context=True)
        async def x(socket):
            pass
    """})
    assert host.loaded[0]["text"] == "TypeError: x: frappe_context is for plain functions"


def test_who_keeps_the_host_busy_is_known(start):
    host = start({"desk": HELLO, "chat": """
        import asyncio

        @realtime.on("loop")
        async def loop(socket):
            await asyncio.sleep(0)
            print("begun")
            while True:
                pass
    """})
    host.open("s1", apps=["desk", "chat"])
    host.event("s1", "hello_chat")
    assert host.next()["app"] == "desk"
    assert os.pread(host.slot, 4, 0) == bytes([0, 0, 0, 0])
    host.event("s1", "loop")
    host.main.end.settimeout(1)
    host.watch.send({"type": "where"})
    head = host.watch.receive()[0]
    while head["app"] != "chat":
        host.watch.send({"type": "where"})
        head = host.watch.receive()[0]
    assert head["file"] == "apps/chat/chat/realtime/handlers.py"
    assert head["line"] in (9, 10)
    assert os.pread(host.slot, 4, 0) == bytes([0, 0, 0, 1])


def test_it_is_alive_while_a_thread_works(start):
    host = start({"chat": """
        import time

        @realtime.on("slow")
        def slow(socket):
            print("begun")
            time.sleep(60)
    """})
    host.open("s1")
    host.event("s1", "slow")
    assert host.next()["text"] == "begun"
    host.main.send({"type": "ping", "call": 8})
    assert host.next() == {"type": "pong", "call": 8}
    host.watch.send({"type": "where"})
    assert host.watch.receive()[0] == {
        "type": "where", "app": "chat", "file": "apps/chat/chat/realtime/handlers.py", "line": 9
    }


def test_a_plain_function_that_does_not_return_holds_the_pong_back(start):
    host = start({"chat": """
        import time

        @realtime.on("slow")
        def slow(socket):
            print("begun")
            time.sleep(1)
            print("ended")
    """}, plain_call_max_s=0.1)
    host.open("s1")
    host.event("s1", "slow")
    assert host.next()["text"] == "begun"
    host.main.send({"type": "ping", "call": 1})
    assert host.next() == {"type": "pong", "call": 1}
    last = time.monotonic()
    for call in itertools.count(2):
        host.main.send({"type": "ping", "call": call})
        if (head := host.next())["type"] == "log":
            assert head["text"] == "ended"
            break
        last = time.monotonic()
    assert time.monotonic() - last > 0.3


def test_a_task_that_nobody_waits_for_is_charged_too(start):
    host = start({"chat": """
        import asyncio, gc

        async def later():
            raise ValueError("unheard")

        @realtime.on("spawn")
        async def spawn(socket):
            task = asyncio.create_task(later())
            await asyncio.sleep(0.01)
            del task
            gc.collect()
    """})
    host.open("s1")
    host.event("s1", "spawn")
    error = host.next()
    assert (error["app"], error["text"], error["line"]) == ("chat", "ValueError: unheard", 7)


@pytest.mark.parametrize("end", ["main", "watch"])
def test_it_ends_when_the_server_is_gone(start, end):
    host = start({"chat": HELLO})
    getattr(host, end).end.shutdown(socket.SHUT_RDWR)
    assert host.process.wait(10) == 0


def test_shutdown_ends_it_even_with_a_thread_at_work(start):
    host = start({"chat": """
        import time

        @realtime.on("slow")
        def slow(socket):
            print("begun")
            time.sleep(60)
    """})
    host.open("s1")
    host.event("s1", "slow")
    host.next("log")
    host.main.send({"type": "shutdown"})
    assert host.process.wait(5) == 0


@pytest.mark.parametrize("bad", [
    b"\x00\x00\x00\x03abc",
    b"\xff\xff\xff\xff",
    frame({"type": "nonsense"}),
    frame({"no": "type"}),
    frame({"type": "event", "site": SITE}),
    struct.pack(">II", 6, 2) + b"[]",
])
def test_what_is_no_message_ends_it(start, bad):
    host = start({"chat": HELLO})
    host.main.stream.write(bad + b"\x00" * 8)
    host.main.stream.flush()
    assert host.process.wait(10) == 1
    assert b"the server's message was not understood" in host.process.stderr.read()
