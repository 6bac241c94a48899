"""Calls that meet: the same items at once, and different items of one day at once."""

import asyncio
from typing import Any

import pytest

from tests.support.api import Member, Partner
from tests.support.recorded import recorded

SLEEP, WORKOUTS = "/metrics/sleep/summary", "/metrics/workouts/summary"


def items(path: str, first: int, count: int) -> list[dict[str, Any]]:
    more = {"date": "2026-03-13"} if path == SLEEP else {"sport": {"slug": "walking"}}
    return [
        {"client_id": f"i{n}", "start": f"2026-03-13T08:{n:02}:00Z", "end": f"2026-03-13T08:{n:02}:30Z", **more}
        for n in range(first, first + count)
    ]


async def send(member: Member, path: str, sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return await member.ingest(path, *sent)


async def total(member: Member, acme: Partner, path: str) -> int:
    provider = f"partner:acme-{acme.org_id.hex}"
    answer = await member.get(path, params={"provider": provider, "limit": 1})
    count: int = answer.json()["pagination"]["total"]
    return count


@pytest.mark.parametrize("path", [SLEEP, WORKOUTS])
async def test_the_same_call_at_once_is_accepted_once(alice: Member, acme: Partner, path: str) -> None:
    answers = await asyncio.gather(*(send(alice, path, items(path, 0, 20)) for _ in range(4)))

    statuses = [result["status"] for answer in answers for result in answer]
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (20, 60)
    assert len({result["sample_id"] for answer in answers for result in answer}) == 20
    assert await total(alice, acme, path) == 20
    assert [event["data"]["samples_added"] for event in await recorded(acme.tenant, "device.daily_data.updated")] == [
        20
    ]


@pytest.mark.parametrize("path", [SLEEP, WORKOUTS])
async def test_different_calls_into_one_day_lose_nothing(alice: Member, acme: Partner, path: str) -> None:
    answers = await asyncio.gather(*(send(alice, path, items(path, first, 10)) for first in range(0, 40, 10)))

    assert {result["status"] for answer in answers for result in answer} == {"accepted"}
    assert await total(alice, acme, path) == 40
