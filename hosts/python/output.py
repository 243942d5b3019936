"""print() and what libraries write: lines of the server's log, with the app that wrote them."""

import io
import threading

from crema_host import wire
from crema_host.charge import current_app


class Lines(io.TextIOBase):
    """A sys.stdout or sys.stderr. `log(app, level, text)` is called once per line, in any thread.

    What is written where no app can be named goes to `plain`, the stream of before.
    """

    def __init__(self, log, level, plain):
        self._log = log
        self._level = level
        self._plain = plain
        self._begun = {}

    @property
    def encoding(self):
        return "utf-8"

    def writable(self):
        return True

    def write(self, text):
        app = current_app.get()
        if app is None:
            return self._plain.write(text)
        key = (threading.get_ident(), app)
        *lines, rest = (self._begun.pop(key, "") + text).split("\n")
        for line in lines:
            self._log(app, self._level, line)
        if len(rest) > wire.TEXT_BYTES_MAX:
            self._log(app, self._level, rest)
        elif rest:
            self._begun[key] = rest
        return len(text)

    def flush(self):
        self._plain.flush()
