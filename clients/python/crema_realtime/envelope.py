"""The JSON that is published to Redis: what Frappe's `as_json` would say, without its spaces."""

from __future__ import annotations

import datetime
import decimal
import json
import math
import pathlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

CHANNEL = "events"

# Socket.IO keeps these names for itself; Node's process dies of them.
RESERVED = frozenset(
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]
)


def encode_envelope(event: str, message: Any, room: str, site: str) -> str:
    if event in RESERVED:
        raise ValueError("the event's name is one that Socket.IO keeps for itself; choose another")
    return as_json({"event": event, "message": message, "namespace": site, "room": room})


def as_json(value: Any) -> str:
    try:
        return _dumps(value)
    except (TypeError, ValueError):
        # Keys that are no texts, or NaN, which is not JSON: null is what a browser can read.
        return _dumps(_plain(value))


def _dumps(value: Any) -> str:
    return json.dumps(
        value, default=_default, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _default(value: Any) -> Any:
    """What json cannot say, as Frappe says it."""
    if hasattr(value, "__json__"):
        return value.__json__()
    if isinstance(value, (datetime.date, datetime.time, uuid.UUID, pathlib.PurePath)):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    return repr(value)


def _duration(value: datetime.timedelta) -> str:
    """H:MM:SS, with hours beyond a day."""
    sign, value = ("-", -value) if value < datetime.timedelta() else ("", value)
    minutes, seconds = divmod(value.days * 86400 + value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}{fraction}"


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _plain(_default(value))
