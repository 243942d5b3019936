"""`realtime.on`: which function of which app hears which event. Source: frappe-realtime 8.3."""

import dataclasses
import inspect
from collections.abc import Callable

# A socket's own beginning and end.
CONNECT, DISCONNECT = "connect", "disconnect"


@dataclasses.dataclass(frozen=True)
class Handler:
    app: str
    event: str
    function: Callable
    is_async: bool
    frappe_context: bool
    allow_guest: bool
    # Of `disconnect`: whether it wants to know why.
    takes_reason: bool


class Realtime:
    """What handlers import. Functions register while their app is being loaded."""

    def __init__(self):
        self.loading = None
        self._handlers = {}

    def on(self, event, frappe_context=False, allow_guest=False):
        """Calls the function with a Socket and the event's arguments.

        Plain functions run in a thread and get a SyncSocket; `async def` runs on the host's loop.
        `frappe_context` gives a plain function Frappe, as the socket's user, and commits after it.
        """
        if not isinstance(event, str) or not event:
            raise TypeError('realtime.on takes the name of an event: @realtime.on("hello_chat")')

        def register(function):
            self._add(function, event, frappe_context, allow_guest)
            return function

        return register

    def _add(self, function, event, frappe_context, allow_guest):
        is_async = inspect.iscoroutinefunction(function)
        if frappe_context and is_async:
            raise TypeError(f"{function.__qualname__}: frappe_context is for plain functions")
        app = self.loading or function.__module__.partition(".")[0]
        handler = Handler(
            app=app,
            event=event,
            function=function,
            is_async=is_async,
            frappe_context=frappe_context,
            allow_guest=allow_guest,
            takes_reason=_arguments(function) > 1,
        )
        self._handlers.setdefault((app, event), []).append(handler)

    def forget(self, app):
        self._handlers = {key: all for key, all in self._handlers.items() if key[0] != app}

    def of(self, event, apps, user):
        """Those of `apps`, in their order, that may hear what `user` sends."""
        return [
            handler
            for app in apps
            for handler in self._handlers.get((app, event), ())
            if handler.allow_guest or user != "Guest"
        ]


def _arguments(function):
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    if any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters):
        return 2
    return sum(each.kind in kinds for each in parameters)


realtime = Realtime()
