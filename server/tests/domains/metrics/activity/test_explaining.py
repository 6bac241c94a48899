"""What an explanation says of a device that writes zeros."""

from typing import Any

from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.metrics.samples import service as samples
from tests.domains.metrics.fusion.strategies import MINUTE, batch_of
from tests.support.api import Member, Partner

MIDNIGHT = 20_526 * 86_400_000  # 2026-03-14
BAND, PHONE = SampleSource("fitbit", "Charge 6"), SampleSource("apple_health_kit", "iPhone")


async def put(acme: Partner, member: Member, source: SampleSource, told: dict[int, float], minutes: int) -> None:
    batch = batch_of([(MIDNIGHT + start * MINUTE, minutes * MINUTE, value, 0) for start, value in told.items()])
    async with acme.tenant.uow(member.user_id) as uow:
        await samples.store(uow, source, batch)
        await uow.commit()


async def explained(member: Member) -> tuple[float, dict[str, dict[str, Any]]]:
    answer = await member.get("/metrics/activity/summary", params={"explain": "true"})
    (row,) = answer.json()["data"]
    return row["steps"], {each["provider"]: each for each in row["explain"]["steps"]}


def told(share: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(share[name] for name in ("status", "value", "counted", "overlapped_share", "samples"))


async def test_zeros_count_as_told_beside_a_phone_that_saw_more(alice: Member, acme: Partner) -> None:
    await put(acme, alice, BAND, {minute: 900.0 * (minute == 21 * 60) for minute in range(1440)}, 1)
    await put(acme, alice, PHONE, {600: 2000.0}, 20)

    steps, shares = await explained(alice)

    assert steps == 2900
    assert told(shares["fitbit"]) == ("used", 900, 900, 0, 1440)
    assert shares["fitbit"]["reason"] == "comes first where sources overlap"
    assert told(shares["apple_health_kit"]) == ("used", 2000, 2000, 1, 1)
    assert shares["apple_health_kit"]["reason"] == "saw more than all others together in a stretch that they share"


async def test_a_device_that_lost_a_stretch_keeps_its_zeros(alice: Member, acme: Partner) -> None:
    await put(acme, alice, BAND, {0: 0.0, 600: 300.0, 615: 0.0}, 15)
    await put(acme, alice, PHONE, {600: 2000.0}, 30)

    steps, shares = await explained(alice)

    assert steps == 2000
    assert told(shares["fitbit"]) == ("partly_used", 300, 0, 0, 3)
    assert shares["fitbit"]["reason"] == "another source saw more in a stretch that they share"


async def test_zeros_under_those_of_a_higher_source_count_nothing(alice: Member, acme: Partner) -> None:
    await put(acme, alice, BAND, dict.fromkeys(range(0, 1440, 15), 0.0), 15)
    await put(acme, alice, PHONE, {600: 0.0}, 30)

    steps, shares = await explained(alice)

    assert steps == 0
    assert told(shares["fitbit"]) == ("used", 0, 0, 0, 96)
    assert told(shares["apple_health_kit"]) == ("dropped", 0, 0, 0, 1)
    assert shares["apple_health_kit"]["reason"] == "higher sources have measured the same time"
