"""Where handlers import `realtime` from, with Frappe's own server left out.

`from frappe.realtime import realtime`, and the same from any module below `frappe.realtime`, is
this host's. The rest of such a module is Frappe's, where this Python has Frappe; where it has none,
`frappe` has nothing else. `frappe.realtime.server` is never Frappe's: it would bring a web server.
"""

import contextlib
import importlib.abc
import importlib.util
import sys

SERVER = "frappe.realtime.server"


class FrappeNames(importlib.abc.MetaPathFinder):
    def __init__(self, names):
        self._names = names

    def find_spec(self, name, path=None, target=None):
        if name != "frappe" and not f"{name}.".startswith("frappe.realtime."):
            return None
        spec = None if name == SERVER else self._others(name, path, target)
        if name == "frappe":
            return spec or importlib.util.spec_from_loader(name, Nothing(), is_package=True)
        loader = Named(spec.loader if spec else None, self._names)
        if spec is None:
            return importlib.util.spec_from_loader(name, loader, is_package=True)
        spec.loader = loader
        return spec

    def _others(self, name, path, target):
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec(name, path, target)):
                return spec
        return None


class Nothing(importlib.abc.Loader):
    """A `frappe` that is not there."""

    def exec_module(self, module):
        module.crema_has_no_frappe = True


class Named(importlib.abc.Loader):
    """A module's own loader, if it has one, and then the host's names."""

    def __init__(self, loader, names):
        self._loader = loader
        self._names = names

    def create_module(self, spec):
        return self._loader.create_module(spec) if self._loader else None

    def exec_module(self, module):
        if self._loader:
            self._loader.exec_module(module)
        # A module without a path has no modules below it, and handlers may name one.
        if not hasattr(module, "__path__"):
            module.__path__ = []
        module.__dict__.update(self._names)

    def __getattr__(self, name):  # get_source and the like, for tracebacks
        return getattr(self._loader, name)


@contextlib.contextmanager
def frappe_context(site, user):
    """Frappe for the thread: the site's database, the user's session. Commits, or rolls back."""
    import frappe

    if hasattr(frappe, "crema_has_no_frappe"):
        raise RuntimeError(f"frappe_context needs Frappe, which {sys.executable} does not have")
    frappe.init(site=site)
    try:
        frappe.connect()
        frappe.set_user(user)
        yield
        frappe.db.commit()
    except BaseException:
        if getattr(frappe.local, "db", None):
            frappe.db.rollback()
        raise
    finally:
        frappe.destroy()
