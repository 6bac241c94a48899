"""The catalogue of events, and that what is really recorded is as it says."""

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.support.api import Member, Partner

PROMISED = {
    "lab.result.ready",
    "lab.result.failed",
    "device.connection.updated",
    "device.backfill.completed",
    "device.daily_data.updated",
    "coach.nudge.created",
    "program.updated",
    "workout_plan.updated",
    "workout.updated",
    "nutrition_plan.updated",
    "meal.analysis.ready",
    "monthly_report.ready",
    "health_score.updated",
    "bio_age.updated",
    "member.deleted",
    "data_export.ready",
    "api.deprecation.announced",
}
SENT = {"api.deprecation.announced", "device.connection.updated", "device.daily_data.updated", "member.deleted"}


async def catalogue(partner: Partner) -> dict[str, dict[str, Any]]:
    answer = await partner.get("/v1/event-types")
    assert answer.status_code == 200, answer.text
    return {entry["event_type"]: entry for entry in answer.json()["data"]}


async def test_the_catalogue_needs_a_tenant_key(alice: Member) -> None:
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}):
        assert (await alice.client.get("/v1/event-types", headers=headers)).status_code == 401


async def test_every_type_of_the_contract_has_a_schema_that_its_example_fits(acme: Partner) -> None:
    types = await catalogue(acme)

    assert types.keys() >= PROMISED
    for name, entry in types.items():
        jsonschema.Draft202012Validator.check_schema(entry["schema"])
        jsonschema.validate(entry["example"], entry["schema"])
        assert entry["example"]["event_type"] == entry["schema"]["title"] == name
        assert entry["description"]


async def test_what_nothing_announces_yet_says_so(acme: Partner) -> None:
    types = await catalogue(acme)

    assert types["lab.result.ready"]["available"] is False
    assert all(types[name]["available"] for name in SENT)


async def test_the_catalogue_is_fetched_anew_only_when_it_changed(acme: Partner) -> None:
    first = await acme.get("/v1/event-types")

    again = await acme.get("/v1/event-types", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_what_is_recorded_fits_the_schema_of_its_type(acme: Partner, alice: Member) -> None:
    sample = {"client_id": "1", "start": "2026-03-14T08:00:00Z", "value": 61, "unit": "bpm"}
    for answer in (
        await alice.post("/devices/actions/register", json={"platform": "apple_health_kit"}),
        await alice.post("/metrics/heart_rate/timeseries", json={"data": [sample]}),
        await alice.request("DELETE", ""),
    ):
        assert answer.is_success, answer.text
    types = await catalogue(acme)

    rows = await acme.tenant.database.system.fetch("SELECT body FROM event WHERE org_id = $1", acme.org_id)

    bodies = [json.loads(row["body"]) for row in rows]
    assert bodies
    for body in bodies:
        jsonschema.validate(body, types[body["event_type"]]["schema"], format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("change", [{"event_type": "device.connection.lost"}, {"data": {"provider_slug": 7}}])
async def test_a_schema_refuses_what_it_does_not_promise(acme: Partner, change: dict[str, Any]) -> None:
    entry = (await catalogue(acme))["device.connection.updated"]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**entry["example"], **change}, entry["schema"])
