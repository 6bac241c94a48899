"""A year with two devices is exact on every day."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.domains.metrics.activity import service as activity
from healthpartner.domains.metrics.samples import service as samples
from tests.domains.metrics.fusion.truth_set import DAYS, FIRST, HOME, WATCH, Sync, Walk, syncs, truth, walks
from tests.support.api import Member, Partner

NAMES = {"steps": "steps", "distance": "distance_meters", "calories": "active_calories"}


async def send(acme: Partner, member: Member, sent: list[Sync]) -> None:
    for each in sent:
        async with acme.tenant.uow(member.user_id) as uow:
            await samples.store(uow, each.source, each.batch)
            await uow.commit()


async def answered(member: Member, **query: Any) -> dict[date, dict[str, float]]:
    found: dict[date, dict[str, float]] = {}
    for start in range(-2, DAYS + 2, 100):
        first = FIRST + timedelta(days=start)
        window = {"start_date": str(first), "end_date": str(first + timedelta(days=99)), "limit": 100}
        for row in await member.rows("/metrics/activity/summary", **window, **query):
            found[date.fromisoformat(row["date"])] = {name: row[field] for name, field in NAMES.items()}
    return found


@pytest.fixture
async def at_home(alice: Member) -> Member:
    assert (await alice.patch("", json={"timezone": HOME})).status_code == 204
    return alice


@pytest.mark.parametrize("with_zeros", [False, True], ids=["only walks", "zeros between walks"])
async def test_every_day_is_exact(acme: Partner, at_home: Member, *, with_zeros: bool) -> None:
    random = np.random.default_rng(1)
    taken: list[Walk] = list(walks(random))
    await send(acme, at_home, syncs(taken, random, with_zeros=with_zeros))

    found, true = await answered(at_home), truth(taken)

    assert len(true) >= DAYS - 5
    assert {day: figures for day, figures in true.items() if found.get(day) != figures} == {}
    assert found.keys() == true.keys()


async def test_a_watch_s_own_totals_change_nothing(acme: Partner, at_home: Member) -> None:
    random = np.random.default_rng(3)
    taken = list(walks(random))[:300]
    await send(acme, at_home, syncs(taken, random))
    true = truth(taken)
    alone = truth([walk._replace(seen={WATCH: walk.seen[WATCH]}) for walk in taken if WATCH in walk.seen])

    async with acme.tenant.uow(at_home.user_id) as uow:
        totals = [DailyTotal(201, day, figures["steps"]) for day, figures in alone.items()]
        await activity.put(uow, WATCH, totals)
        await uow.commit()

    assert await answered(at_home) == true
    seen_alone = await answered(at_home, provider=WATCH.provider)
    assert seen_alone == alone
