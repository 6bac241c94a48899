"""Turns of replays, on a clock that goes on only while somebody waits for a turn."""

import asyncio
import time

import pytest

from healthpartner.delivery.pace import GIVES_WAY_SECONDS, Pace


class Watch:
    def __init__(self) -> None:
        self.now = 100.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(time, "monotonic", lambda: watch.now)
    monkeypatch.setattr(asyncio, "sleep", watch.sleep)
    return watch


async def instants_of_turns(pace: Pace, watch: Watch, number: int) -> list[float]:
    begun, instants = watch.now, []
    for _ in range(number):
        await pace.turn()
        instants.append(watch.now - begun)
    return instants


async def test_turns_come_at_even_distances_and_the_first_at_once(watch: Watch) -> None:
    assert await instants_of_turns(Pace(4, 1), watch, 3) == [0, 0.25, 0.5]


async def test_a_rest_is_not_made_up_for(watch: Watch) -> None:
    pace = Pace(4, 1)
    await pace.turn()
    watch.now += 60

    assert await instants_of_turns(pace, watch, 3) == [0, 0.25, 0.5]


async def test_turns_are_farther_apart_while_they_give_way(watch: Watch) -> None:
    pace = Pace(4, 2)
    pace.give_way()

    assert await instants_of_turns(pace, watch, 3) == [0, 0.5, 1.0]
    watch.now += GIVES_WAY_SECONDS
    assert await instants_of_turns(pace, watch, 3) == [0, 0.25, 0.5]
