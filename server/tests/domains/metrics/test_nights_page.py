"""The page on nights and workouts tells the truth: its example is carried out, and its numbers are those of the rules."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from healthpartner.canonical.instants import epoch_ms
from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepSession, SleepStage, StageInterval
from healthpartner.domains.metrics.sleep import blocks, service
from healthpartner.domains.metrics.sleep import rules as sleep_rules
from healthpartner.domains.metrics.workouts import copies
from healthpartner.domains.metrics.workouts import rules as workout_rules
from tests.support.api import Member, Partner

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "nights-and-workouts.md").read_text()
HOUR = 3_600_000


def example(name: str) -> Any:
    found = re.search(rf"<!-- example: {name} -->\n```json\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return msgspec.json.decode(found[1])


def ms(text: str) -> int:
    return epoch_ms(datetime.fromisoformat(text))


def session(told: dict[str, Any]) -> SleepSession:
    stages = tuple(StageInterval(SleepStage[stage], ms(start), ms(end)) for stage, start, end in told["stages"])
    return SleepSession(ms(told["start"]), ms(told["end"]), 0, stages)


async def test_the_example_is_what_is_read(alice: Member, acme: Partner) -> None:
    page = example("two devices")
    async with acme.tenant.uow(alice.user_id) as uow:
        for told in page["told"]:
            await service.store(uow, SampleSource("apple_health", told["device"]), [session(told)])
        await uow.commit()

    (night,) = (await alice.get("/metrics/sleep/summary", params={"explain": True})).json()["data"]

    assert {name: night[name] for name in page["read"]} == page["read"]
    assert [{name: use[name] for name in page["explained"][0]} for use in night["explain"]] == page["explained"]


def test_the_numbers_on_the_page_are_those_of_the_rules() -> None:
    assert (blocks.SPLIT_GAP_MS, blocks.WAKE_GAP_MS, blocks.LONGEST_NAP_MS) == (HOUR, 3 * HOUR, 3 * HOUR)
    assert (copies.COPY_SHARE, copies.COVERED_SHARE, copies.FRAGMENT_SHARE) == (0.7, 0.5, 0.5)
    assert copies.FRAGMENT_EDGE_MS == 5 * 60_000
    assert (sleep_rules.LONGEST_MS, workout_rules.LONGEST_MS) == (24 * HOUR, 7 * 24 * HOUR)
    for words in ("at most one hour apart", "three hours", "at least half", "seven tenths", "within five minutes"):
        assert words in PAGE.replace("\n", " ")
