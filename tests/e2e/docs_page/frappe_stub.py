"""A `frappe` with the two functions of the samples: Frappe's signatures, and its choice of room
where nobody is named, which is every System User. What is published goes to the Redis of the
environment."""

import sys
import types
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "clients" / "python"))

import crema_realtime  # noqa: E402

publisher = crema_realtime.Publisher(user="alice@example.com")


def publish_realtime(event=None, message=None, room=None, user=None, doctype=None, docname=None,
                     task_id=None, after_commit=False):
    if not (room or user or docname or task_id):
        room = "all"
    publisher.publish_realtime(event, message, room, user, doctype, docname, task_id, after_commit)


frappe = types.SimpleNamespace(publish_realtime=publish_realtime,
                               publish_progress=publisher.publish_progress)
crema_realtime.install(frappe)
exec(sys.stdin.read())
