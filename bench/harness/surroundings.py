"""What every contender finds around it."""
import json
import pathlib
import secrets
import shutil
import socket
import sys

from harness.failure import Failure
from harness.machine import free_port
from harness.process import Process

BENCH = pathlib.Path(__file__).resolve().parent.parent
SITE = "bench.localhost"


class Surroundings:
    """Redis, the web process and the bench folder that every contender is given."""

    def __init__(self, folder, core):
        self.folder = folder
        self.redis_port = free_port()
        self.web_port = free_port()
        self.secret = secrets.token_hex(16)
        self.processes = []
        try:
            self._start(core)
        except BaseException:
            self.stop()
            raise

    def _start(self, core):
        redis = ["redis-server", "--port", self.redis_port, "--bind", "127.0.0.1", "--save", "",
                 "--appendonly", "no", "--dir", self.folder]
        self.processes.append(Process("redis", redis, {core}, self.folder))
        self.processes[-1].wait_for(b"Ready to accept connections")
        self._store_secret()
        web = [sys.executable, BENCH / "fake_web.py", self.web_port, self.secret]
        self.processes.append(Process("web", web, {core}, self.folder))
        self.processes[-1].wait_for(b"ready")

    def _store_secret(self):
        with socket.create_connection(("127.0.0.1", self.redis_port), timeout=5) as redis:
            redis.sendall(f"SET socketio_auth_secret {self.secret}\r\n".encode())
            if not redis.recv(64).startswith(b"+OK"):
                raise Failure("redis did not take the secret")

    def write_bench(self, port):
        """The folder a bench of Frappe's has, as far as a realtime server reads it.

        A new one: a server that stops leaves its sessions' rooms there for the next.
        """
        bench = self.folder / "bench"
        shutil.rmtree(bench, ignore_errors=True)
        for folder in ("config", "apps", f"sites/{SITE}"):
            (bench / folder).mkdir(parents=True, exist_ok=True)
        redis = f"redis://127.0.0.1:{self.redis_port}"
        common = {
            "socketio_port": port,
            "webserver_port": self.web_port,
            "redis_queue": redis,
            "redis_cache": redis,
            "redis_socketio": redis,
        }
        (bench / "sites/common_site_config.json").write_text(json.dumps(common, indent=1))
        (bench / f"sites/{SITE}/site_config.json").write_text("{}")
        return bench

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
