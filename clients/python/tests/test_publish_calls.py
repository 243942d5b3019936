"""The table that every form of publishing runs against: clients/publish_calls.json."""

import json
from pathlib import Path

import pytest

from crema_realtime import Publisher

TABLE = json.loads((Path(__file__).parents[2] / "publish_calls.json").read_text())
CASES = [case for case in TABLE["cases"] if "python" in case.get("only", ["python"])]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_call(case, redis_url, listener):
    publisher = Publisher(url=redis_url, site=TABLE["site"], user=case.get("session_user"))
    call = getattr(publisher, case["call"])
    if "refused" in case:
        with pytest.raises(ValueError, match=f"^{case['refused']}"):
            call(**case["args"])
        assert listener.messages() == []
        return
    assert call(**case["args"]) == 1
    expected = {key: case[key] for key in ("event", "message", "room")}
    assert listener.messages() == [{**expected, "namespace": TABLE["site"]}]
