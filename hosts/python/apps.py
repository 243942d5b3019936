"""Imports apps' `realtime/handlers.py`, and imports them anew."""

import contextvars
import importlib
import os
import sys
import traceback

from crema_host.charge import current_app


class Apps:
    """`files`: [(app, file as seen from the bench)]."""

    def __init__(self, files, bench, realtime, charges):
        self._files = files
        self._bench = bench
        self._realtime = realtime
        self._charges = charges
        # Apps that are installed into this Python are found there first.
        sys.path += [os.path.join(bench, "apps", app) for app, _ in files]
        self._seen = {}

    def changed(self):
        """The apps whose folder `realtime` has other files than at the last call."""
        now = {app: _stamps(os.path.join(self._bench, os.path.dirname(file)))
               for app, file in self._files}
        before, self._seen = self._seen, now
        return [app for app in now if app in before and before[app] != now[app]]

    def load(self, apps=None):
        """Imports all, or those of `apps`, anew. Yields (app, file, None or (text, file, line)):
        what did not load, and why."""
        importlib.invalidate_caches()
        for app, file in self._files:
            if apps is not None and app not in apps:
                continue
            self._realtime.forget(app)
            _forget_modules(f"{app}.realtime")
            # A context of its own: what is printed meanwhile is the app's.
            yield app, file, contextvars.copy_context().run(self._load_one, app, file)

    def _load_one(self, app, file):
        current_app.set(app)
        self._charges.charge(app)
        self._realtime.loading = app
        try:
            importlib.import_module(f"{app}.realtime.handlers")
        except BaseException as error:
            self._realtime.forget(app)
            return self._why(error, file)
        finally:
            self._realtime.loading = None
        return None

    def _why(self, error, file):
        text = "".join(traceback.format_exception_only(type(error), error)).strip()
        if isinstance(error, SyntaxError) and error.filename:
            owner = self._charges.app_of(error.filename)
            name = f"{type(error).__name__}: {error.msg}"
            return name, owner[1] if owner else error.filename, error.lineno or 0
        place = self._charges.place_of(error)
        return text, place[1] if place else file, place[2] if place else 0


def _forget_modules(package):
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[name]


def _stamps(folder):
    """(path, time, size) of each Python file below it."""
    found = []
    for path, _, names in os.walk(folder):
        for name in sorted(names):
            if name.endswith(".py"):
                try:
                    status = os.stat(os.path.join(path, name))
                except OSError:
                    continue  # It went meanwhile.
                found.append((path, name, status.st_mtime_ns, status.st_size))
    return found
