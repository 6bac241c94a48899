"""Calls that meet: the same items at once, and different items of one day at once."""

import asyncio
from typing import Any

from tests.support.api import Member

PATH = "/metrics/ecg_voltage/timeseries"


def items(first: int, count: int, **fields: Any) -> list[dict[str, Any]]:
    return [
        {"client_id": f"i{n}", "start": f"2026-03-13T08:{n // 60:02}:{n % 60:02}Z", "value": n, "unit": "mV", **fields}
        for n in range(first, first + count)
    ]


async def send(member: Member, sent: list[dict[str, Any]]) -> list[str]:
    return [result["status"] for result in await member.ingest(PATH, *sent)]


async def total(member: Member) -> int:
    window = {"start_time": "2026-03-13T00:00:00Z", "end_time": "2026-03-14T00:00:00Z", "limit": 1}
    count: int = (await member.get(PATH, params=window)).json()["pagination"]["total"]
    return count


async def test_the_same_call_at_once_is_accepted_once(alice: Member) -> None:
    answers = await asyncio.gather(*(send(alice, items(0, 40)) for _ in range(4)))

    statuses = [status for answer in answers for status in answer]
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (40, 120)
    assert await total(alice) == 40


async def test_the_same_client_ids_for_different_leads_are_accepted_once(alice: Member) -> None:
    answers = await asyncio.gather(*(send(alice, items(0, 20, lead=lead)) for lead in ("I", "II", "III")))

    statuses = [status for answer in answers for status in answer]
    assert statuses.count("accepted") == await total(alice) == 20


async def test_different_calls_into_one_day_lose_nothing(alice: Member) -> None:
    parts = [items(first, 12) for first in range(0, 48, 12)]

    answers = await asyncio.gather(*(send(alice, part) for part in parts))

    assert {status for answer in answers for status in answer} == {"accepted"}
    assert await total(alice) == 48
