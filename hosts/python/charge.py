"""Whose code runs: the slot that outlives the process, and the answer to `where`.

Source: docs/protocol/apphost.md, "Start", "Whose fault it is".
"""

import collections.abc
import contextlib
import contextvars
import os
import struct
import sys
import threading

SLOT_DESCRIPTOR = 6

current_app = contextvars.ContextVar("crema_app", default=None)
# The name of the site that the running code was called for; None: it was called for none.
current_site = contextvars.ContextVar("crema_site", default=None)


class Charges:
    """`apps` are the names of `hello`, in order; `bench` is the folder they are in."""

    def __init__(self, apps, bench, slot=SLOT_DESCRIPTOR):
        self._numbers = {app: number for number, app in enumerate(apps)}
        self._folders = {app: os.path.realpath(f"{bench}/apps/{app}") + os.sep for app in apps}
        self._bench = os.path.realpath(bench) + os.sep
        self._slot = slot
        self._written = None
        self._threads = {}  # What a thread runs, and since when.

    def charge(self, app):
        number = self._numbers.get(app)
        if number is not None and number != self._written:
            os.pwrite(self._slot, struct.pack(">I", number), 0)
            self._written = number

    @contextlib.contextmanager
    def thread(self, app, now):
        """While a plain function runs in this thread."""
        me = threading.get_ident()
        self._threads[me] = (app, now)
        self.charge(app)
        try:
            yield
        finally:
            del self._threads[me]

    def running_since(self):
        """When the plain function that has run longest was begun; None when none runs."""
        return min((since for _, since in list(self._threads.values())), default=None)

    def where(self):
        """(app, file, line) of the app's code that keeps the host busy, as far as can be told."""
        frames = sys._current_frames()
        longest = sorted(list(self._threads.items()), key=lambda each: each[1][1])
        main = threading.main_thread().ident
        stuck_on_loop = self.place(frames.get(main))
        if stuck_on_loop:
            return stuck_on_loop
        for thread, (app, _) in longest:
            return self.place(frames.get(thread)) or (app, "", 0)
        return ("", "", 0)

    def place(self, frame):
        """The innermost frame that is an app's; None when there is none."""
        while frame is not None:
            if found := self.app_of(frame.f_code.co_filename):
                return (*found, frame.f_lineno)
            frame = frame.f_back
        return None

    def place_of(self, error):
        """The same of where an exception came from."""
        found, step = None, error.__traceback__
        while step is not None:
            if owner := self.app_of(step.tb_frame.f_code.co_filename):
                found = (*owner, step.tb_lineno)
            step = step.tb_next
        return found or (self.place_of(error.__cause__) if error.__cause__ else None)

    def app_of(self, file):
        """(app, file as seen from the bench); None for a file of no app."""
        path = os.path.realpath(file)
        for app, folder in self._folders.items():
            if path.startswith(folder):
                return app, path[len(self._bench) :] if path.startswith(self._bench) else path
        return None


class Charged(collections.abc.Coroutine):
    """A coroutine whose every step is charged to its app."""

    def __init__(self, coroutine, app, charges):
        self._coroutine = coroutine
        self._app = app
        self._charges = charges

    def send(self, value):
        self._charges.charge(self._app)
        return self._coroutine.send(value)

    def throw(self, *error):
        self._charges.charge(self._app)
        return self._coroutine.throw(*error)

    def close(self):
        self._coroutine.close()

    def __await__(self):
        return self._coroutine.__await__()
