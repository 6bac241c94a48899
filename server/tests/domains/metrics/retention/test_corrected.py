"""What a partner has corrected does not come back when the correction is old enough to go, and it is not."""

from typing import Any

from tests.domains.metrics.retention.cast import ask, follow
from tests.support.api import Member, Partner

PATH = "/metrics/sleep/summary"
LONG = {"client_id": "a", "date": "2026-02-10", "start": "2026-02-09T22:00:00Z", "end": "2026-02-10T06:00:00Z"}
RIGHT = {"client_id": "b", "date": "2026-02-09", "start": "2026-02-09T22:00:00Z", "end": "2026-02-09T23:30:00Z"}


async def ends(member: Member) -> list[Any]:
    answer = await member.get(PATH, params={"start_date": "2026-02-01", "end_date": "2026-02-28"})
    return [row["end"] for row in answer.json()["data"]]


async def test_a_correction_stays_as_long_as_what_it_corrects(acme: Partner, alice: Member) -> None:
    for item in (LONG, RIGHT):
        await alice.post(PATH, json={"data": [item]})

    for days in (33, 32):
        await ask(acme.tenant, delete_after_days=days)
        await follow(acme.tenant)
        assert await ends(alice) == [RIGHT["end"]]
    # The night of both is gone as a whole.
    await ask(acme.tenant, delete_after_days=31)
    await follow(acme.tenant)
    assert await ends(alice) == []
