"""The names of Frappe's rooms. Names are joined as they are: nothing is escaped."""

from __future__ import annotations

WEBSITE = "website"  # Everybody who is connected to the site, Guest included.
ALL = "all"  # Every System User of the site.


def user_room(user: str) -> str:
    return f"user:{user}"


def doctype_room(doctype: str) -> str:
    return f"doctype:{doctype}"


def doc_room(doctype: str, docname: str | int) -> str:
    return f"doc:{doctype}/{docname}"


def task_room(task_id: str) -> str:
    return f"task_progress:{task_id}"
