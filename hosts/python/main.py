"""The Python host: runs apps' `realtime/handlers.py` beside Crema.

The server hands all files of this folder over as one JSON object, `sources`, and runs this one.
The others become the package `crema_host`. Source: docs/protocol/apphost.md, "Start".
"""

import importlib.abc
import importlib.util
import sys

PACKAGE = "crema_host"


class Sources(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, sources):
        self._sources = {PACKAGE: ""}
        for name, text in sources.items():
            if name.endswith(".py") and name != "main.py":
                self._sources[f"{PACKAGE}.{name[:-3]}"] = text

    def find_spec(self, name, path=None, target=None):
        if name not in self._sources:
            return None
        is_package = name == PACKAGE
        return importlib.util.spec_from_loader(name, self, is_package=is_package)

    def exec_module(self, module):
        name = module.__spec__.name
        exec(compile(self._sources[name], f"crema:{name}", "exec"), module.__dict__)


# Handlers may be changed and loaded anew within a second, and the bench's folders are not ours.
sys.dont_write_bytecode = True
sys.meta_path.insert(0, Sources(globals()["sources"]))
importlib.import_module("crema_host.host").main()
