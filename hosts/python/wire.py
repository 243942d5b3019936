"""Frames of the host protocol. Source: docs/protocol/apphost.md, "Frames", "Bounds"."""

import json
import math
import struct

VERSION = 1
FRAME_BYTES_MAX = 16 << 20
ATTACHMENTS_MAX = 10
NAME_BYTES_MAX = 1024
TEXT_BYTES_MAX = 64 << 10

_LENGTH = struct.Struct(">I")


class ProtocolError(Exception):
    """What came is not as the protocol says: the host ends."""


def encode(head, attachments=()):
    text = json.dumps(head, separators=(",", ":"), allow_nan=False).encode()
    parts = [_LENGTH.pack(len(text)), text]
    for item in attachments:
        parts += [_LENGTH.pack(len(item)), item]
    size = sum(map(len, parts))
    if size > FRAME_BYTES_MAX or len(attachments) > ATTACHMENTS_MAX:
        raise ValueError(
            f"an event has at most {FRAME_BYTES_MAX >> 20} MiB and {ATTACHMENTS_MAX} binary values"
        )
    return b"".join([_LENGTH.pack(size), *parts])


def decode(body):
    """(head, attachments) of what follows a frame's length."""
    pieces, at = [], 0
    while at < len(body):
        if len(body) - at < 4:
            raise ProtocolError("a frame's lengths do not add up")
        (size,) = _LENGTH.unpack_from(body, at)
        at += 4
        if size > len(body) - at:
            raise ProtocolError("a frame's lengths do not add up")
        pieces.append(bytes(body[at : at + size]))
        at += size
    if not pieces or len(pieces) > 1 + ATTACHMENTS_MAX:
        raise ProtocolError("a frame has no head, or too many attachments")
    try:
        head = json.loads(pieces[0])
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a frame's head is no JSON: {error}") from None
    if not isinstance(head, dict) or not isinstance(head.get("type"), str):
        raise ProtocolError("a frame's head has no type")
    return head, pieces[1:]


def pack(value, attachments):
    """What JSON can say of `value`; its bytes go to `attachments`. NaN and infinity become null.

    What JSON has no word for is refused by `encode`, with TypeError.
    """
    if isinstance(value, (bytes, bytearray, memoryview)):
        attachments.append(bytes(value))
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(value, dict):
        return {key: pack(item, attachments) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack(item, attachments) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def unpack(value, attachments):
    """Puts the attachments back in their places."""
    if isinstance(value, dict):
        number = value.get("num")
        if value.get("_placeholder") is True and isinstance(number, int):
            if not 0 <= number < len(attachments):
                raise ProtocolError("an attachment is missing")
            return attachments[number]
        return {key: unpack(item, attachments) for key, item in value.items()}
    if isinstance(value, list):
        return [unpack(item, attachments) for item in value]
    return value


def is_name(text):
    return isinstance(text, str) and 0 < len(text.encode(errors="replace")) <= NAME_BYTES_MAX


def cut(text):
    """At most TEXT_BYTES_MAX bytes of it."""
    data = text.encode(errors="replace")
    return data[:TEXT_BYTES_MAX].decode(errors="ignore") if len(data) > TEXT_BYTES_MAX else text
