"""A real Redis of the tests' own, and what is published there."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent))


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    path = tmp_path_factory.mktemp("redis") / "redis.sock"
    options = ["--port", "0", "--unixsocket", path, "--save", "", "--dir", path.parent]
    server = subprocess.Popen(["redis-server", *options], stdout=subprocess.PIPE, text=True)
    assert any("eady to accept connections" in line for line in server.stdout)
    yield f"unix://{path}"
    server.terminate()
    server.wait()


class Listener:
    """A subscriber of the channel. What was published before is there when `messages` returns."""

    def __init__(self, url):
        self.client = redis.Redis.from_url(url)
        self.pubsub = self.client.pubsub()
        self.pubsub.subscribe("events")
        assert self.pubsub.get_message(timeout=5)["type"] == "subscribe"

    def messages(self):
        self.client.publish("events", "the end")
        found = []
        while True:
            message = self.pubsub.get_message(timeout=5)
            assert message is not None, "nothing within 5 s"
            if message["data"] == b"the end":
                return found
            found.append(json.loads(message["data"]))


@pytest.fixture
def listener(redis_url):
    listener = Listener(redis_url)
    yield listener
    listener.pubsub.close()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in ("FRAPPE_REDIS_QUEUE", "FRAPPE_SITE", "FRAPPE_BENCH_ROOT", "CREMA_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def closed_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
