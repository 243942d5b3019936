"""The documented calls inside Frappe."""

from __future__ import annotations

import functools
from typing import Any

_MARK = "_crema_realtime"


def install(frappe: Any) -> None:
    """Makes `frappe.publish_realtime(event, data=…)` work: it is documented, and was never taken.

    Everything else stays Frappe's own: its choice of room, its after-commit, its Redis. Calling it
    twice changes nothing. Code that imported the function before keeps the old one.
    """
    original = frappe.publish_realtime
    if getattr(original, _MARK, False):
        return

    @functools.wraps(original)
    def publish_realtime(
        event: Any = None, message: Any = None, *args: Any, data: Any = None, **kwargs: Any
    ) -> Any:
        if message is not None and data is not None:
            raise TypeError("give message or data, not both")
        return original(event, data if message is None else message, *args, **kwargs)

    setattr(publish_realtime, _MARK, True)
    frappe.publish_realtime = publish_realtime
    if hasattr(frappe, "realtime"):
        frappe.realtime.publish_realtime = publish_realtime
