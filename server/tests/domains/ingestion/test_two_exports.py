"""Exports of two devices of one member become one true day."""

from pathlib import Path

from tests.domains.ingestion.test_import import job, start
from tests.providers.fitbit.test_takeout import DATA, write_takeout
from tests.support.api import Api, Member, Partner
from tests.support.apple_health import HEAD, TAIL, record
from tests.support.jobs import run_job

STEPS = "HKQuantityTypeIdentifierStepCount"


def takeout(path: Path) -> bytes:
    """Steps of every minute of a day, with zeros but for an evening walk."""
    minutes = [
        {"dateTime": f"03/01/26 {hour:02}:{minute:02}:00", "value": "90" if hour == 21 and minute < 10 else "0"}
        for hour in range(24)
        for minute in range(60)
    ]
    profile = "id,full_name,timezone\n1,X,Etc/UTC\n"
    files = {"Takeout/Fitbit/Your Profile/Profile.csv": profile, f"{DATA}steps-2026-03-01.json": minutes}
    return write_takeout(path, files).read_bytes()


def phone() -> bytes:
    walk = record(STEPS, "iPhone", "2026-03-01 10:00:00 +0000", "2026-03-01 10:20:00 +0000", 2000, "count")
    return (HEAD.format(exported="2026-03-10 08:00:00 +0000") + walk + TAIL).encode()


async def test_a_takeout_that_is_full_of_zeros_leaves_the_walks_of_the_phone(
    api: Api, acme: Partner, alice: Member, tmp_path: Path
) -> None:
    for content, kind in ((takeout(tmp_path / "takeout.zip"), "application/zip"), (phone(), "application/xml")):
        job_id = await start(alice, content, kind)
        await run_job(api, acme.org_id, job_id)
        assert (await job(alice, job_id))["status"] == "completed"

    day = {"start_date": "2026-03-01", "end_date": "2026-03-01"}
    (row,) = (await alice.get("/metrics/activity/summary", params=day)).json()["data"]
    assert row["steps"] == 2900
