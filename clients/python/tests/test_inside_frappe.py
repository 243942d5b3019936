"""install(frappe), with a module that has Frappe's signatures and remembers its calls."""

import types

import pytest

import crema_realtime


@pytest.fixture
def frappe():
    calls = []

    def publish_realtime(
        event=None, message=None, room=None, user=None, doctype=None, docname=None,
        task_id=None, after_commit=False,
    ):
        """Frappe's own."""
        calls.append(locals() | {})
        return "frappe's answer"

    module = types.SimpleNamespace(publish_realtime=publish_realtime, calls=calls)
    module.realtime = types.SimpleNamespace(publish_realtime=publish_realtime)
    crema_realtime.install(module)
    return module


def test_the_documented_call(frappe):
    assert frappe.publish_realtime("event_name", data={"key": "value"}) == "frappe's answer"
    [call] = frappe.calls
    assert (call["event"], call["message"], call["room"]) == ("event_name", {"key": "value"}, None)


def test_frappes_own_calls_are_as_before(frappe):
    frappe.publish_realtime("e", {"n": 1}, "room", "user", after_commit=True)
    frappe.realtime.publish_realtime(event="e", message="m", doctype="D", docname="N")
    first, second = frappe.calls
    assert (first["message"], first["room"], first["user"]) == ({"n": 1}, "room", "user")
    assert first["after_commit"] is True
    assert (second["message"], second["doctype"], second["docname"]) == ("m", "D", "N")


def test_message_and_data_are_too_much(frappe):
    with pytest.raises(TypeError, match="^give message or data, not both$"):
        frappe.publish_realtime("e", message={}, data={})
    assert frappe.calls == []


def test_installing_twice_changes_nothing(frappe):
    installed = frappe.publish_realtime
    crema_realtime.install(frappe)
    assert frappe.publish_realtime is installed
    assert installed.__doc__ == "Frappe's own."
