"""A sweep that ends anywhere loses nothing that the policy does not say, and goes on from what it left."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import MakeOrg
from tests.domains.metrics.retention.cast import (
    PHONE,
    TODAY,
    ask,
    chunks,
    day_of_samples,
    days_ago,
    figures,
    follow,
    put,
    series,
)
from tests.support.database import Tenant
from tests.support.kills import Killed, kill_at

NEW, OLD, OLDER, OLDEST = days_ago(10), days_ago(100), days_ago(400), days_ago(4000)
TIERS = {"thin_after_days": 60, "daily_after_days": 365, "delete_after_days": 3650}


async def person(make_org: MakeOrg) -> tuple[Tenant, UUID]:
    tenant = await make_org()
    member = await tenant.add_member()
    for day in (NEW, OLD, OLDER, OLDEST):
        await put(tenant, member, day_of_samples(day, count=30), day_of_samples(day, "heart_rate", 30))
    await put(tenant, member, day_of_samples(OLD, count=30, seed=2), source=PHONE)
    await ask(tenant, **TIERS)
    return tenant, member


async def state(tenant: Tenant, member: UUID) -> dict[str, Any]:
    """What a reader can tell; ids of sources differ from member to member."""
    days = {}
    for day in (NEW, OLD, OLDER, OLDEST):
        for slug in ("steps", "heart_rate"):
            rows = await series(tenant, member, slug, day, "one_day")
            days[day, slug] = [(row.start, round(row.value, 4), row.samples) for row in rows]
    found = [(row[:6], row[9]) for row in await figures(tenant, member)]
    return {"days": days, "figures": found, "chunks": [(*row[:2], *row[3:7]) for row in await chunks(tenant, member)]}


async def test_killed_before_any_statement_it_loses_nothing_and_goes_on(
    make_org: MakeOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = await person(make_org)
    expected_before = await state(*undisturbed)
    await follow(undisturbed[0])
    expected = await state(*undisturbed)
    place, killed = 0, True
    while killed:
        tenant, member = await person(make_org)
        assert await state(tenant, member) == expected_before
        with monkeypatch.context() as patched:
            kill_at(place, patched)
            try:
                await follow(tenant)
                killed = False
            except Killed:
                place += 1
        left = await state(tenant, member)
        assert left["days"][NEW, "steps"] == expected["days"][NEW, "steps"]
        for day in (OLD, OLDER):
            assert left["days"][day, "steps"] == expected_before["days"][day, "steps"]
            assert left["days"][day, "heart_rate"] == expected_before["days"][day, "heart_rate"]
        assert _kept(left["figures"]) == _kept(expected_before["figures"])
        await follow(tenant)
        assert await state(tenant, member) == expected
    assert place > 30


def _kept(found: list[Any]) -> list[Any]:
    oldest: date = OLDEST
    return [each for each in found if each[0][1] not in {oldest, TODAY}]
