"""Rate limits: they hold across processes, say what is left, and refill with time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from healthpartner.core.access import TenantCaller
from healthpartner.core.clock import SettableClock
from healthpartner.core.config import Settings
from healthpartner.core.config.http import HttpSettings
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import RateLimited
from healthpartner.web.edge import Edge
from healthpartner.web.rate_limits import RateLimiter
from tests.support.api import Api, make_platform, open_api

ORG = "/v1/admin/org"


@pytest.fixture
async def strict(database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path) -> AsyncIterator[Api]:
    """An API that allows 5 requests a minute."""
    settings = Settings(http=HttpSettings(rate_limit_requests=5, rate_limit_window_seconds=60))
    opened = open_api(await make_platform(database, clock, keyring, tmp_path, settings=settings))
    async with opened.client:
        yield opened


def edge_of(api: Api, org_id: UUID, key_id: UUID) -> Edge:
    edge = Edge(api.platform, "request", {})
    edge.caller = TenantCaller(org_id, key_id)
    return edge


async def granted(limiters: list[RateLimiter], edge: Edge, tries: int) -> int:
    """How many of `tries` requests, spread over the limiters and all at once, get through."""

    async def take(limiter: RateLimiter) -> bool:
        try:
            await limiter.take(edge)
        except RateLimited:
            return False
        return True

    return sum(await asyncio.gather(*(take(limiters[number % len(limiters)]) for number in range(tries))))


@pytest.mark.parametrize("limit", [1, 7, 250])
async def test_two_processes_together_keep_the_limit(api: Api, clock: SettableClock, limit: int) -> None:
    limiters = [RateLimiter(api.platform.database.system, limit, 60) for _ in range(2)]
    edge = edge_of(api, uuid4(), uuid4())

    first = await granted(limiters, edge, limit + 60)
    assert limit - 2 * max(1, limit // 100) < first <= limit
    clock.advance(timedelta(seconds=60))
    assert await granted(limiters, edge, limit + 60) <= limit


async def test_a_process_that_dies_takes_a_little_with_it_and_gives_nothing_twice(api: Api) -> None:
    edge = edge_of(api, uuid4(), uuid4())
    served = 0
    for _ in range(30):
        served += await granted([RateLimiter(api.platform.database.system, 200, 60)], edge, 9)

    assert served <= 200


async def test_every_answer_says_what_is_left(strict: Api) -> None:
    partner = await strict.partner("Acme")

    answers = [await partner.get(ORG) for _ in range(5)]

    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"default";q=5;w=60'}
    assert [answer.headers["ratelimit"] for answer in answers] == [
        f'"default";r={left};t={12 * (5 - left)}' for left in (4, 3, 2, 1, 0)
    ]


async def test_over_the_limit_is_429_with_the_time_to_wait(strict: Api, clock: SettableClock) -> None:
    partner = await strict.partner("Acme")
    for _ in range(5):
        assert (await partner.get(ORG)).status_code == 200

    refused = await partner.get(ORG)

    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limited")
    assert refused.headers["retry-after"] == "12"
    assert refused.headers["ratelimit"] == '"default";r=0;t=12'
    clock.advance(timedelta(seconds=11))
    assert (await partner.get(ORG)).status_code == 429
    clock.advance(timedelta(seconds=1))
    assert (await partner.get(ORG)).status_code == 200
    assert (await partner.get(ORG)).status_code == 429


async def test_a_bucket_never_holds_more_than_the_limit(strict: Api, clock: SettableClock) -> None:
    partner = await strict.partner("Acme")
    await partner.get(ORG)
    clock.advance(timedelta(hours=10))

    statuses = [(await partner.get(ORG)).status_code for _ in range(7)]

    assert statuses.count(200) == 5


async def test_members_and_keys_have_buckets_of_their_own(strict: Api) -> None:
    partner = await strict.partner("Acme")
    member, other = await partner.add_member(), await partner.add_member()
    for _ in range(5):
        assert (await member.get("")).status_code == 200

    assert (await member.get("")).status_code == 429
    second_token = await partner.member(member.user_id)
    assert (await second_token.get("")).status_code == 429
    assert (await other.get("")).status_code == 200
    assert (await partner.get(ORG)).status_code == 200


async def test_a_clock_that_goes_back_gives_nothing(strict: Api, clock: SettableClock) -> None:
    partner = await strict.partner("Acme")
    for _ in range(5):
        await partner.get(ORG)
    clock.advance(timedelta(seconds=-30))

    assert (await partner.get(ORG)).status_code == 429
