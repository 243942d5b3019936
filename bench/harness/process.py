"""A child process of the benchmark."""
import os
import select
import signal
import subprocess
import time

from harness.failure import Failure

READY_SECONDS_MAX = 20
STOP_SECONDS_MAX = 10


class Process:
    """A process of this run, pinned to cores, its stderr in a file."""

    def __init__(self, name, command, cores, folder, **options):
        self.name = name
        self.log = folder / f"{name}.log"
        self.output = b""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                preexec_fn=lambda: os.sched_setaffinity(0, cores),
                **options,
            )

    @property
    def pid(self):
        return self.process.pid

    def wait_for(self, text):
        """Reads stdout until `text` has been printed."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while text not in self.output:
            left = deadline - time.monotonic()
            readable, _, _ = select.select([self.process.stdout], [], [], max(left, 0))
            chunk = os.read(self.process.stdout.fileno(), 65536) if readable else b""
            if not chunk:
                raise Failure(f"{self.name} did not get ready: {self.last_words()}")
            self.output += chunk

    def last_words(self):
        text = self.log.read_text(errors="replace").strip()
        return text[-500:] or "(it said nothing)"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
