"""publish_realtime and publish_progress for any Python program beside a Frappe bench."""

from __future__ import annotations

import functools
from typing import Any

from crema_realtime.inside_frappe import install
from crema_realtime.publisher import Publisher

__all__ = ["Publisher", "install", "publish_progress", "publish_realtime"]


@functools.lru_cache(maxsize=1)
def _default() -> Publisher:
    return Publisher()


def publish_realtime(*args: Any, **kwargs: Any) -> int:
    """Publisher.publish_realtime of a publisher with the defaults."""
    return _default().publish_realtime(*args, **kwargs)


def publish_progress(*args: Any, **kwargs: Any) -> int:
    """Publisher.publish_progress of a publisher with the defaults."""
    return _default().publish_progress(*args, **kwargs)
