"""The bytes that are hashed and signed; a third party computes the same."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from xiangyue.activity.canonical import as_bytes, entry_content, instant


def test_the_same_moment_has_one_text() -> None:
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert instant(moment) == instant(moment.astimezone(UTC)) == "2026-03-02T01:30:00.000000Z"


def test_an_entry_is_hashed_over_exactly_these_bytes() -> None:
    at = datetime(2026, 3, 2, 1, 30, 0, 7, tzinfo=UTC)
    who = UUID("0198c1f0-7c1e-7000-8000-000000000001")
    row = (7, "a.b_c", at, at, who, "app.model", "12", "0001", {"z": 1, "a": [True, None, "x"]})
    assert as_bytes(entry_content(row)) == (
        b'{"actor_id":"0198c1f0-7c1e-7000-8000-000000000001",'
        b'"at":"2026-03-02T01:30:00.000007Z","facts":{"a":[true,null,"x"],"z":1},"id":7,'
        b'"name":"a.b_c","place_path":"0001","recorded_at":"2026-03-02T01:30:00.000007Z",'
        b'"subject_id":"12","subject_type":"app.model"}'
    )
