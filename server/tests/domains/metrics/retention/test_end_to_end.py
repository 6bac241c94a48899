"""Retention as partners meet it: what an import says, what explains a thinned day, and where it is told."""

from typing import Any
from uuid import UUID

import pytest

from healthpartner.domains.ingestion.jobs import JOBS
from healthpartner.domains.metrics.retention.schemas import Retention
from healthpartner.entrypoints import retention
from tests.domains.ingestion.test_import import job, small_export, start
from tests.domains.metrics.retention.cast import (
    PHONE,
    TODAY,
    WATCH,
    chunks,
    day_of_samples,
    days_ago,
    midnight_ms,
    put,
)
from tests.support.api import Api, Member, Partner
from tests.support.jobs import run_job

OLD = days_ago(100)


async def thin(api: Api, partner: Partner, member: Member) -> None:
    await put(partner.tenant, member.user_id, day_of_samples(OLD), source=WATCH)
    await put(partner.tenant, member.user_id, day_of_samples(OLD, seed=2), source=PHONE)
    await retention.change(api.platform, partner.org_id, Retention(thin_after_days=60))
    swept = await retention.follow(api.platform, partner.org_id, dry=False)
    assert swept.failed == 0


async def imported(api: Api, partner: Partner, member: Member, content: bytes) -> dict[str, Any]:
    job_id = await start(member, content, "application/xml")
    await run_job(api, partner.org_id, UUID(job_id), JOBS)
    result: dict[str, Any] = (await job(member, job_id))["result"]
    return result


async def test_an_import_counts_what_was_for_closed_days(api: Api, acme: Partner, alice: Member) -> None:
    await put(acme.tenant, alice.user_id, day_of_samples(OLD, "heart_rate"))
    await thin(api, acme, alice)
    before = [row for row in await chunks(acme.tenant, alice.user_id) if row[1] == OLD]

    # Late in the evening west of Greenwich it is the next day there.
    closed = await imported(api, acme, alice, small_export(100, 120, day=str(days_ago(101))))
    open_ = await imported(api, acme, alice, small_export(100, 120, day=str(days_ago(103))))

    assert (closed["outside_retention"], closed["samples_added"]) == (2, 0)
    assert (open_["outside_retention"], open_["samples_added"]) == (0, 2)
    assert [row for row in await chunks(acme.tenant, alice.user_id) if row[1] == OLD] == before


async def test_a_summary_stays_and_explains_what_counted(api: Api, acme: Partner, alice: Member) -> None:
    await put(acme.tenant, alice.user_id, day_of_samples(OLD, "heart_rate"), source=WATCH)
    window = {"start_date": str(OLD), "end_date": str(OLD)}
    rate = (await alice.get("/metrics/activity/summary", params=window)).json()["data"][0]["heart_rate"]

    await thin(api, acme, alice)

    (row,) = (await alice.get("/metrics/activity/summary", params=window | {"explain": "true"})).json()["data"]
    assert row["heart_rate"] == rate
    assert {share["status"] for share in row["explain"]["steps"]} == {"used"}
    assert sum(share["counted"] for share in row["explain"]["steps"]) == pytest.approx(row["steps"], abs=1e-3)
    (alone,) = (
        await alice.get("/metrics/activity/summary", params=window | {"provider": "garmin", "type": "heart_rate"})
    ).json()["data"]
    assert alone["heart_rate"] == rate


async def test_a_page_of_raw_spans_goes_on_where_it_ended(api: Api, acme: Partner, alice: Member) -> None:
    await thin(api, acme, alice)
    path = "/metrics/steps/timeseries"
    window = {"start_time": f"{OLD}T00:00:00Z", "end_time": f"{TODAY}T00:00:00Z"}
    whole = (await alice.get(path, params=window)).json()["data"]
    paged: list[Any] = []
    more: dict[str, str] = {}
    while True:
        page = (await alice.get(path, params={**window, "limit": "7", **more})).json()
        paged += page["data"]
        if not page["pagination"].get("next_cursor"):
            break
        more = {"cursor": page["pagination"]["next_cursor"]}

    assert paged == whole
    assert len(whole) > 24


async def test_a_single_entry_of_a_thinned_day_is_not_found(api: Api, acme: Partner, alice: Member) -> None:
    item = {"client_id": "mine", "start": f"{OLD}T09:00:00Z", "end": f"{OLD}T09:10:00Z", "value": 900, "unit": "count"}
    made = await alice.post("/metrics/steps/timeseries", json={"data": [item]})
    sample_id = made.json()["data"][0]["sample_id"]
    entry = "/metrics/timeseries/measurements"

    await thin(api, acme, alice)

    assert midnight_ms(OLD) % 3_600_000 == 0
    for known_as in (sample_id, "mine"):
        assert (await alice.get(f"{entry}/{known_as}")).status_code == 404
        assert (await alice.delete(f"{entry}/{known_as}")).status_code == 404


async def test_a_tenant_reads_what_holds_for_it_alone(api: Api, acme: Partner, globex: Partner) -> None:
    await retention.change(api.platform, acme.org_id, Retention(thin_after_days=60, delete_after_days=400))

    ours = (await acme.get("/v1/admin/org/retention")).json()["data"]
    theirs = (await globex.get("/v1/admin/org/retention")).json()["data"]

    never = {"thin_after_days": None, "span": "one_hour", "daily_after_days": None, "delete_after_days": None}
    assert ours == never | {"thin_after_days": 60, "delete_after_days": 400}
    assert theirs == never
    audit = (await acme.get("/v1/admin/org/audit-log")).json()["data"]
    assert "retention.changed" in {entry["action"] for entry in audit}
