"""A member whose clock is ahead of the profile's zone sees the days that there are on it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from healthpartner.core.clock import SettableClock
from tests.support.api import Member

DAY = "2026-03-15"
NIGHT = {"start": "2026-03-15T00:00:00+13:00", "end": "2026-03-15T08:00:00+13:00"}
WORKOUT = {"sport": {"slug": "running"}, "start": "2026-03-15T08:00:00+13:00", "end": "2026-03-15T09:00:00+13:00"}
OF_THE_DAY: list[tuple[str, dict[str, Any]]] = [
    ("activity", {"date": DAY, "steps": 100, "timezone_offset": "+13:00"}),
    ("sleep", {"date": DAY, **NIGHT}),
    ("body", {"measured_at": "2026-03-15T08:00:00+13:00", "weight_kg": 70}),
    ("workouts", WORKOUT),
]


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 3, 14, 22, tzinfo=UTC))


@pytest.mark.parametrize(("kind", "item"), OF_THE_DAY)
@pytest.mark.parametrize("timezone", [None, "America/Los_Angeles"])
async def test_what_is_accepted_on_a_later_clock_is_shown(
    alice: Member, kind: str, item: dict[str, Any], timezone: str | None
) -> None:
    path = f"/metrics/{kind}/summary"
    if timezone is not None:
        await alice.patch("", json={"timezone": timezone})
    sent = await alice.post(path, json={"data": [{"client_id": "a", **item}]})
    assert [result["status"] for result in sent.json()["data"]] == ["accepted"]

    async def dates(**query: str) -> list[str]:
        rows = (await alice.get(path, params=query)).json()["data"]
        return [row["date"] for row in rows]

    (row,) = (await alice.get(path)).json()["data"]
    assert row["date"] == DAY
    assert await dates(start_date="2026-03-14") == [DAY]
    assert await dates(provider=row["provider"]) == [DAY]
    assert await dates(end_date="2026-03-14") == []
