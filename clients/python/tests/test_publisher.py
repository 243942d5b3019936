"""What the table does not say: defaults, after-commit, helpers, JSON, a Redis that is away."""

import datetime
import decimal
import json
import pathlib
import uuid

import pytest

import crema_realtime
from crema_realtime import Publisher
from crema_realtime.envelope import as_json


@pytest.fixture
def publisher(redis_url):
    return Publisher(url=redis_url, site="s", user="me")


def rooms(messages):
    return [message["room"] for message in messages]


def test_data_is_the_message(publisher, listener):
    publisher.publish_realtime("event_name", data={"key": "value"}, user="a")
    assert listener.messages()[0]["message"] == {"key": "value"}


def test_message_and_data_are_too_much(publisher):
    with pytest.raises(TypeError, match="^give message or data, not both$"):
        publisher.publish_realtime("e", {}, user="a", data={})


def test_the_explicit_helpers(publisher, listener):
    publisher.publish_to_user("a", "e")
    publisher.publish_to_doc("D", 7, "e")
    publisher.publish_to_doctype("D", "e")
    publisher.publish_to_task("t", message={"n": 1})
    publisher.publish_to_website("e")
    publisher.publish_to_all("e")
    messages = listener.messages()
    wanted = ["user:a", "doc:D/7", "doctype:D", "task_progress:t", "website", "all"]
    assert rooms(messages) == wanted
    assert messages[3]["message"] == {"n": 1, "task_id": "t"}


@pytest.mark.parametrize(
    "call",
    [
        lambda p: p.publish_to_user("", "e"),
        lambda p: p.publish_to_doc("D", "", "e"),
        lambda p: p.publish_to_doctype(None, "e"),
        lambda p: p.publish_to_task("", "e"),
        lambda p: p.publish_to_room("", "e"),
        lambda p: p.publish_to_user("a", ""),
    ],
)
def test_empty_names_are_refused(publisher, call):
    with pytest.raises(ValueError, match="is empty$"):
        call(publisher)


def test_after_commit_flushes_in_order_and_equal_ones_once(publisher, listener):
    later = {"user": "a", "after_commit": True}
    assert publisher.publish_realtime("one", {"n": 1, "m": 2}, **later) == 0
    publisher.publish_realtime("two", **later)
    publisher.publish_realtime("one", {"m": 2, "n": 1}, **later)
    publisher.publish_realtime("one", {"m": 2, "n": 3}, **later)
    assert listener.messages() == []
    assert publisher.commit() == 3
    assert [m["event"] for m in listener.messages()] == ["one", "two", "one"]
    assert publisher.commit() == 0
    publisher.publish_realtime("one", {"n": 1, "m": 2}, **later)
    assert publisher.commit() == 1, "a later commit sends it again"


def test_rollback_drops_what_waits(publisher, listener):
    publisher.publish_to_all("e", after_commit=True)
    publisher.rollback()
    assert publisher.commit() == 0
    assert listener.messages() == []


def test_a_transaction_commits_at_its_end_or_drops(publisher, listener):
    with publisher.transaction() as same:
        same.publish_to_all("kept", after_commit=True)
        assert listener.messages() == []
    with pytest.raises(KeyError):
        with publisher.transaction():
            publisher.publish_to_all("dropped", after_commit=True)
            raise KeyError
    assert [m["event"] for m in listener.messages()] == ["kept"]


def test_a_task_does_not_wait_for_the_commit(publisher, listener):
    publisher.publish_realtime("e", task_id="t", after_commit=True)
    assert rooms(listener.messages()) == ["task_progress:t"]


def test_the_message_of_the_caller_stays_as_it_is(publisher):
    message = {"n": 1}
    publisher.publish_realtime("e", message, task_id="t")
    assert message == {"n": 1}


def test_what_json_cannot_say_is_said_as_frappe_says_it():
    class Document:
        def __json__(self):
            return {"name": "D"}

    value = {
        "date": datetime.date(2026, 1, 2),
        "time": datetime.datetime(2026, 1, 2, 3, 4, 5),
        "span": datetime.timedelta(days=1, hours=1, seconds=5),
        "price": decimal.Decimal("1.5"),
        "set": {1},
        "id": uuid.UUID(int=1),
        "path": pathlib.PurePath("/a"),
        "doc": Document(),
        "error": ValueError("x"),
        "é": float("nan"),
        3: [float("inf"), 1.5],
    }
    assert json.loads(as_json(value)) == {
        "date": "2026-01-02",
        "time": "2026-01-02 03:04:05",
        "span": "25:00:05",
        "price": 1.5,
        "set": [1],
        "id": "00000000-0000-0000-0000-000000000001",
        "path": "/a",
        "doc": {"name": "D"},
        "error": "ValueError('x')",
        "é": None,
        "3": [None, 1.5],
    }


def test_a_redis_that_is_away_is_logged(closed_port, caplog):
    publisher = Publisher(url=f"redis://127.0.0.1:{closed_port}", site="s")
    assert publisher.publish_to_all("e") == 0
    assert "an event was not published" in caplog.text


def test_nobody_listens(publisher):
    assert publisher.publish_to_all("e") == 0


def test_a_client_of_the_callers_own():
    class Client:
        def publish(self, channel, message):
            self.got = (channel, json.loads(message)["room"])
            return 3

    client = Client()
    assert Publisher(client, site="s").publish_to_all("e") == 3
    assert client.got == ("events", "all")
    with pytest.raises(TypeError):
        Publisher(client, url="redis://x")


def test_without_a_site_it_says_what_to_pass(redis_url):
    with pytest.raises(ValueError, match="pass site="):
        Publisher(url=redis_url).publish_to_all("e")


class TestDefaults:
    @pytest.fixture
    def bench(self, tmp_path, monkeypatch, redis_url):
        (tmp_path / "sites/site1").mkdir(parents=True)
        (tmp_path / "apps/x").mkdir(parents=True)
        (tmp_path / "sites/site1/site_config.json").write_text("{}")
        config = {"redis_queue": redis_url, "default_site": ""}
        (tmp_path / "sites/common_site_config.json").write_text(json.dumps(config))
        monkeypatch.chdir(tmp_path / "apps/x")
        return tmp_path

    def test_the_bench_above_the_working_directory(self, bench, listener):
        crema_realtime._default.cache_clear()
        crema_realtime.publish_realtime("e", user="a")
        assert listener.messages()[0]["namespace"] == "site1"

    def test_the_current_site_and_the_environment(self, bench, monkeypatch):
        (bench / "sites/currentsite.txt").write_text("site2\n")
        assert Publisher().site == "site2"
        monkeypatch.setenv("FRAPPE_SITE", "site3")
        monkeypatch.setenv("CREMA_USER", "me")
        assert (Publisher().site, Publisher().user) == ("site3", "me")
        assert Publisher(site="site4", user="you").site == "site4"

    def test_several_sites_are_no_choice(self, bench):
        (bench / "sites/site2").mkdir()
        (bench / "sites/site2/site_config.json").write_text("{}")
        assert Publisher().site is None

    def test_a_redis_of_the_environment(self, bench, monkeypatch, closed_port):
        monkeypatch.setenv("FRAPPE_REDIS_QUEUE", f"redis://127.0.0.1:{closed_port}")
        assert Publisher().publish_to_all("e") == 0
