"""publish_realtime and publish_progress with Frappe's parameters and choice of room."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Any, Protocol

import redis as redis_py

from crema_realtime import bench, rooms
from crema_realtime.envelope import CHANNEL, encode_envelope

logger = logging.getLogger("crema_realtime")

SAY_TO_WHOM = (
    "say to whom: user=, doctype= and docname=, task_id= or room=; or call publish_to_website() "
    "(everybody on the site) or publish_to_all() (its System Users) if everybody is meant"
)


class Redis(Protocol):
    """What is needed of a redis.Redis."""

    def publish(self, channel: str, message: str) -> Any: ...


class Publisher:
    """Publishes events of one site.

    `redis` is a client, else one is made for `url`. What is not given comes from the environment
    and the bench at or above the working directory: FRAPPE_REDIS_QUEUE or redis_queue, FRAPPE_SITE
    or the bench's site, CREMA_USER. `user` takes the place of Frappe's session user: who gets
    `msgprint` and progress when nobody is named.

    Publishing returns how many processes subscribe to this Redis; 0 means that nobody listens. As
    in Frappe, a Redis that is away is no error of the caller's: it is logged, and 0. An event with
    `after_commit` waits for `commit()`; see `transaction`.
    """

    def __init__(
        self,
        redis: Redis | None = None,
        url: str | None = None,
        site: str | None = None,
        user: str | None = None,
    ) -> None:
        if redis is not None and url is not None:
            raise TypeError("give redis or url, not both")
        found = bench.find_bench() if site is None or (redis is None and url is None) else None
        self.site = site or bench.site_name(found)
        self.user = user or os.environ.get("CREMA_USER")
        self._redis: Redis = redis or redis_py.Redis.from_url(url or bench.redis_url(found))
        self._queue: dict[str, None] = {}

    def publish_realtime(
        self,
        event: str | None = None,
        message: Any = None,
        room: str | None = None,
        user: str | None = None,
        doctype: str | None = None,
        docname: str | int | None = None,
        task_id: str | None = None,
        after_commit: bool = False,
        *,
        data: Any = None,
    ) -> int:
        """As frappe.publish_realtime; `data` is `message` under the name of Frappe's documentation.

        Where Frappe would fall back to everybody, this raises ValueError and says what to pass.
        """
        message = _message(message, data)
        if event is None:
            event = "task_progress" if task_id else "global"
        if event == "msgprint" and not user:
            user = self.user
        if event == "list_update":
            doctype = doctype or _of(message, "doctype")
            room = rooms.doctype_room(_named("doctype", doctype))
        elif event == "docinfo_update":
            room = rooms.doc_room(_named("doctype", doctype), _named("docname", docname))
        elif not room and task_id:
            after_commit = False
            if isinstance(message, dict):
                message = {"task_id": task_id, **message}
            room = rooms.task_room(task_id)
        elif not room and user:
            room = rooms.user_room(user)
        elif not room and doctype and docname not in (None, ""):
            room = rooms.doc_room(doctype, _named("docname", docname))
        if not room:
            raise ValueError(SAY_TO_WHOM)
        return self.publish_to_room(room, event, message, after_commit=after_commit)

    def publish_progress(
        self,
        percent: float,
        title: str | None = None,
        doctype: str | None = None,
        docname: str | int | None = None,
        description: str | None = None,
        task_id: str | None = None,
        *,
        user: str | None = None,
    ) -> int:
        """Moves the progress dialog of who subscribed to the task or the document, else of `user`.

        100 closes it; less than 0 is failure.
        """
        by_document = doctype and docname not in (None, "")
        return self.publish_realtime(
            "progress",
            {"percent": percent, "title": title, "description": description},
            user=None if by_document else user or self.user,
            doctype=doctype,
            docname=docname,
            task_id=task_id,
        )

    def publish_to_user(
        self, user: str, event: str, message: Any = None, *, after_commit: bool = False
    ) -> int:
        room = rooms.user_room(_named("user", user))
        return self.publish_to_room(room, event, message, after_commit=after_commit)

    def publish_to_doc(
        self,
        doctype: str,
        docname: str | int,
        event: str,
        message: Any = None,
        *,
        after_commit: bool = False,
    ) -> int:
        room = rooms.doc_room(_named("doctype", doctype), _named("docname", docname))
        return self.publish_to_room(room, event, message, after_commit=after_commit)

    def publish_to_doctype(
        self, doctype: str, event: str, message: Any = None, *, after_commit: bool = False
    ) -> int:
        room = rooms.doctype_room(_named("doctype", doctype))
        return self.publish_to_room(room, event, message, after_commit=after_commit)

    def publish_to_task(
        self, task_id: str, event: str = "task_progress", message: Any = None
    ) -> int:
        return self.publish_realtime(event, message, task_id=_named("task_id", task_id))

    def publish_to_website(
        self, event: str, message: Any = None, *, after_commit: bool = False
    ) -> int:
        """To everybody who is connected to the site, Guest included."""
        return self.publish_to_room(rooms.WEBSITE, event, message, after_commit=after_commit)

    def publish_to_all(
        self, event: str, message: Any = None, *, after_commit: bool = False
    ) -> int:
        """To every System User of the site."""
        return self.publish_to_room(rooms.ALL, event, message, after_commit=after_commit)

    def publish_to_room(
        self, room: str, event: str, message: Any = None, *, after_commit: bool = False
    ) -> int:
        if not self.site:
            raise ValueError("no site: pass site=, or set FRAPPE_SITE")
        message = {} if message is None else message
        envelope = encode_envelope(_named("event", event), message, _named("room", room), self.site)
        if after_commit:
            self._queue[envelope] = None
            return 0
        return self._send(envelope)

    def commit(self) -> int:
        """Publishes what waits, in the order of the calls, equal ones once. Returns how many."""
        queue, self._queue = self._queue, {}
        for envelope in queue:
            self._send(envelope)
        return len(queue)

    def rollback(self) -> None:
        """Forgets what waits."""
        self._queue = {}

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Publisher]:
        """Commits at the end of the block; an exception rolls back."""
        try:
            yield self
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def _send(self, envelope: str) -> int:
        try:
            return int(self._redis.publish(CHANNEL, envelope))
        except redis_py.exceptions.ConnectionError as error:
            logger.warning("an event was not published: %s", error)
            return 0


def _message(message: Any, data: Any) -> Any:
    if message is not None and data is not None:
        raise TypeError("give message or data, not both")
    message = data if message is None else message
    return {} if message is None else message


def _named(what: str, value: Any) -> str:
    """Empty names are refused: `user:` is nobody, and `doc:ToDo/` is not what was meant."""
    text = "" if value is None else str(value)
    if not text:
        raise ValueError(f"{what} is empty")
    return text


def _of(message: Any, key: str) -> Any:
    return message.get(key) if isinstance(message, dict) else None
