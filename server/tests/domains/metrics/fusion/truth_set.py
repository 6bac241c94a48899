"""A year of one person with a watch and a phone, whose true steps of every local day are known.

Walks have an even pace and are seen by both devices, by one or by the other; a watch restarts in the middle of some, and a
phone sees a part of others. The person flies over date lines and lives through changes of the clock. The devices cut a
walk at moments of their own, sync late and in any order, and send some of it again. Some watches write zeros, minute by
minute or a quarter of an hour at a time, whenever they see no walk.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from healthpartner.canonical.instants import day_of, instant_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleBatch, SampleSource

FIRST = date(2025, 3, 15)
DAYS = 365
HOME = "Europe/Berlin"
# (day, offset in minutes from its noon on); None is home.
FLIGHTS = ((40, 540), (52, None), (120, 780), (128, -600), (133, None), (200, 840), (203, -660), (207, None), (280, -480), (290, None))  # fmt: skip
TICK_MS = 30_000
MINUTE_MS = 60_000
WATCH, PHONE = SampleSource("garmin", "Fenix 7"), SampleSource("apple_health_kit", "iPhone")
# Steps, metres and kilocalories of one tick at the slowest pace.
PACES = {"steps": 40, "distance": 30, "calories": 2}
SLUGS = {
    WATCH: {"steps": "steps", "distance": "distance", "calories": "calories"},
    PHONE: {"steps": "steps", "distance": "distance_walking_running", "calories": "calories"},
}

# A sample: start, duration, value, offset in minutes.
Row = tuple[int, int, float, int]
Rows = dict[tuple[SampleSource, str, int], list[Row]]
Ticks = range


class Walk(NamedTuple):
    """`seen` are the ticks since the start that each device has measured."""

    start_ms: int
    offset_minutes: int | None
    pace: int
    seen: dict[SampleSource, list[Ticks]]


class Sync(NamedTuple):
    source: SampleSource
    batch: SampleBatch


def offset_at(ms: int) -> int | None:
    """On a journey; at home the time zone says it."""
    day = (ms - day_of(FIRST) * DAY_MS - DAY_MS // 2) / DAY_MS
    begun = [offset for first, offset in FLIGHTS if first <= day]
    return begun[-1] if begun else None


def walks(random: np.random.Generator) -> Iterator[Walk]:
    at = day_of(FIRST) * DAY_MS
    end = at + DAYS * DAY_MS
    while (at := at + int(random.integers(20, 200)) * 60_000) < end:
        ticks = int(random.integers(4, 160))
        yield Walk(at, offset_at(at), int(random.integers(1, 4)), _seen(random, ticks))
        at += ticks * TICK_MS


def _seen(random: np.random.Generator, ticks: int) -> dict[SampleSource, list[Ticks]]:
    who = random.random()
    if who < 0.25:
        return {WATCH: [range(ticks)]}
    if who < 0.5:
        return {PHONE: [range(ticks)]}
    first, last = sorted(random.choice(ticks + 1, 2, replace=False).tolist())
    restarts = random.random() < 0.3 and ticks > 12
    watch = [range(ticks // 3), range(ticks * 2 // 3, ticks)] if restarts else [range(ticks)]
    return {WATCH: watch, PHONE: [range(first, last)]}


def truth(taken: list[Walk]) -> dict[date, dict[str, float]]:
    """What the person did on each local day, as far as any device has seen it."""
    days: dict[date, dict[str, float]] = {}
    for walk in taken:
        ticks = {tick for spans in walk.seen.values() for span in spans for tick in span}
        for tick in ticks:
            instant = instant_of(walk.start_ms + tick * TICK_MS)
            local = (
                instant + timedelta(minutes=walk.offset_minutes) if walk.offset_minutes is not None else _home(instant)
            )
            figures = days.setdefault(local.date(), dict.fromkeys(PACES, 0.0))
            for name, amount in PACES.items():
                figures[name] += amount * walk.pace
    return days


def _home(instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(HOME))


def syncs(taken: list[Walk], random: np.random.Generator, *, with_zeros: bool = False) -> list[Sync]:
    """What arrives: about a week of one metric of one device at a time, in any order, a part of it twice."""
    rows: Rows = {}
    for walk in taken:
        for source, spans in walk.seen.items():
            for span in spans:
                for first, last in _cuts(random, span):
                    start = walk.start_ms + first * TICK_MS
                    for name, amount in PACES.items():
                        row = (
                            start,
                            (last - first) * TICK_MS,
                            float(amount * walk.pace * (last - first)),
                            _told(source, walk),
                        )
                        key = (source, SLUGS[source][name], start // DAY_MS // int(random.choice([5, 7])))
                        rows.setdefault(key, []).append(row)
    if with_zeros:
        for row in _zeros(taken, random):
            for name in SLUGS[WATCH].values():
                rows.setdefault((WATCH, name, row[0] // DAY_MS // 7), []).append(row)
    sent = [Sync(source, _batch(slug, part)) for (source, slug, _), part in rows.items()]
    sent += [sent[at] for at in random.choice(len(sent), len(sent) // 10).tolist()]
    return [sent[at] for at in random.permutation(len(sent)).tolist()]


def _zeros(taken: list[Walk], random: np.random.Generator) -> Iterator[Row]:
    """Of the watch, from the end of each walk to the next, and through those that it does not see."""
    for walk, following in pairwise(taken):
        seen = walk.seen.get(WATCH)
        start = walk.start_ms + (seen[-1].stop * TICK_MS if seen else 0)
        step = MINUTE_MS * (1 if random.random() < 0.1 else 15)
        while start < following.start_ms:
            end = min(start + step, following.start_ms)
            yield start, end - start, 0.0, _told(WATCH, walk)
            start = end


def _told(source: SampleSource, walk: Walk) -> int:
    """The watch always knows its clock; the phone leaves it to the time zone while at home."""
    if walk.offset_minutes is not None:
        return walk.offset_minutes
    if source == PHONE:
        return UNKNOWN_OFFSET
    return int((_home(instant_of(walk.start_ms)).utcoffset() or timedelta(0)).total_seconds() // 60)


def _cuts(random: np.random.Generator, span: Ticks) -> Iterator[tuple[int, int]]:
    first = span.start
    while first < span.stop:
        last = min(span.stop, first + int(random.integers(1, 40)))
        yield first, last
        first = last


def _batch(slug: str, rows: list[Row]) -> SampleBatch:
    starts, durations, values, offsets = zip(*sorted(rows), strict=True)
    return SampleBatch(
        METRICS[slug],
        np.array(starts, np.int64),
        np.array(durations, np.int64),
        np.array(values, np.float64),
        None,
        np.array(offsets, np.int16),
    )
