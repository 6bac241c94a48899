"""An organization's measurements, out of the database and back into it."""

from pathlib import Path
from typing import Any

import pytest

from healthpartner.entrypoints import parquet
from tests.support.api import Member, Partner

PATH = "/metrics/glucose/timeseries"
FINGER = {"client_id": "finger", "start": "2026-03-13T09:00:00+01:00", "value": 5.5, "unit": "mmol/L"}
SENSOR = {"client_id": "sensor", "start": "2026-03-13T09:05:00+01:00", "value": 99, "unit": "mg/dL"}
WINDOW = {"start_time": "2026-03-13T00:00:00Z", "end_time": "2026-03-14T00:00:00Z"}


async def told(member: Member) -> list[tuple[Any, ...]]:
    rows = (await member.get(PATH, params=WINDOW)).json()["data"]
    return [(row["value"], row["unit"], row.get("original_value"), row.get("original_unit")) for row in rows]


async def test_the_units_that_an_organizations_members_told_come_back(
    acme: Partner, alice: Member, bob: Member, tmp_path: Path
) -> None:
    await alice.post(PATH, json={"data": [FINGER, SENSOR]})
    before = await told(alice)

    await parquet.write(acme.api.platform, acme.org_id, tmp_path, None)
    assert await told(bob) == []
    await parquet.restore(acme.api.platform, acme.org_id, tmp_path, bob.user_id)

    assert await told(bob) == before == [(99.1001, "mg/dL", 5.5, "mmol/L"), (99, "mg/dL", None, None)]


@pytest.mark.parametrize(
    ("path", "beside"),
    [("/metrics/sleep/summary", {"date": "2026-03-13"}), ("/metrics/workouts/summary", {"sport": {"slug": "running"}})],
)
async def test_a_restore_does_not_undo_a_correction_that_is_there(
    path: str, beside: dict[str, Any], acme: Partner, alice: Member, tmp_path: Path
) -> None:
    first = {"client_id": "a", "start": "2026-03-12T22:00:00Z", "end": "2026-03-13T06:00:00Z", **beside}
    corrected = {**first, "client_id": "b", "end": "2026-03-13T04:00:00Z"}
    for item in (first, corrected):
        await alice.post(path, json={"data": [item]})
    await parquet.write(acme.api.platform, acme.org_id, tmp_path, None)
    await alice.delete(f"{path}/measurements/a")

    await parquet.restore(acme.api.platform, acme.org_id, tmp_path, alice.user_id)

    assert (await alice.get(f"{path}/measurements/a")).status_code == 200
    assert [row["end"] for row in (await alice.get(path)).json()["data"]] == [corrected["end"]]
