"""Which sessions belong together, and to which day."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.domains.metrics.fusion.priorities import NIGHT, rank_by
from healthpartner.domains.metrics.sessions.spans import Span, common
from healthpartner.domains.metrics.sleep.blocks import Block, StoredSession, blocks

WATCH, PHONE = SampleSource("apple_health", "Apple Watch"), SampleSource("apple_health", "iPhone")
SOURCES = {WATCH: 1, PHONE: 2}


def at(text: str) -> int:
    """March 2026, `13 22:30` in UTC."""
    day, _, clock = text.partition(" ")
    return int(datetime.fromisoformat(f"2026-03-{day}T{clock}+00:00").astimezone(UTC).timestamp()) * 1000


def slept(
    start: str,
    end: str,
    source: SampleSource = WATCH,
    *,
    offset: int | None = 0,
    is_nap: bool | None = None,
    day: date | None = None,
) -> StoredSession:
    session = SleepSession(at(start), at(end), offset, is_nap=is_nap, day=day)
    return StoredSession(uuid4(), SOURCES[source], source, rank_by(NIGHT, source), session)


def made(*sessions: StoredSession, timezone: str | None = None) -> list[Block]:
    found = blocks(sessions, timezone)
    again = blocks(list(reversed(sessions)), timezone)
    assert [(each.start_ms, each.end_ms) for each in again] == [(each.start_ms, each.end_ms) for each in found]
    return found


def days(found: list[Block]) -> list[tuple[int, bool]]:
    return [(block.day.day, block.is_nap) for block in found]


@pytest.mark.parametrize(
    ("session", "timezone", "day"),
    [
        (slept("13 22:30", "14 06:30"), None, 14),
        (slept("14 01:00", "14 06:30"), None, 14),
        (slept("13 22:30", "14 06:30", offset=-480), None, 13),
        (slept("13 10:30", "13 18:30", offset=540), None, 14),
        (slept("13 22:30", "14 06:30", offset=None), "America/Los_Angeles", 13),
        (slept("13 22:30", "14 06:30", offset=None), None, 14),
        (slept("13 22:30", "14 06:30", offset=None, day=date(2026, 3, 13)), "Asia/Tokyo", 13),
        (slept("13 22:30", "14 06:30", offset=60, day=date(2026, 3, 13)), "Asia/Tokyo", 14),
    ],
)
def test_a_night_belongs_to_the_local_day_of_waking(session: StoredSession, timezone: str | None, day: int) -> None:
    assert days(made(session, timezone=timezone)) == [(day, False)]


def test_the_night_on_which_the_clocks_change_is_on_its_day_of_waking() -> None:
    los_angeles = "America/Los_Angeles"
    before, change = slept("07 06:00", "07 14:00", offset=None), slept("08 06:30", "08 13:30", offset=None)

    assert days(made(before, change, timezone=los_angeles)) == [(7, False), (8, False)]


def test_a_flight_over_the_date_line_ends_on_the_day_of_the_clock_on_waking() -> None:
    eastwards = slept("13 20:00", "14 03:00", offset=-600)
    westwards = slept("13 10:00", "13 17:00", offset=720)

    assert days(made(eastwards)) == [(13, False)]
    assert days(made(westwards)) == [(14, False)]


def test_a_night_split_by_up_to_an_hour_is_one() -> None:
    assert days(made(slept("13 22:00", "14 01:00"), slept("14 02:00", "14 06:00"))) == [(14, False)]


def test_a_long_wake_in_the_night_does_not_make_two_nights_of_one_day() -> None:
    assert days(made(slept("13 22:30", "14 01:00"), slept("14 03:30", "14 06:00"))) == [(14, False)]
    assert days(made(slept("13 20:00", "14 00:10"), slept("14 04:00", "14 07:00"))) == [(14, False)] * 2


def test_the_sleep_before_midnight_is_of_the_day_before_where_a_long_wake_follows() -> None:
    assert days(made(slept("13 19:00", "13 22:30"), slept("14 01:00", "14 07:00"))) == [(13, False), (14, False)]


def test_short_sleep_by_day_is_a_nap_apart_from_the_night() -> None:
    found = made(slept("13 22:30", "14 06:30"), slept("14 13:00", "14 14:15"))

    assert days(found) == [(14, False), (14, True)]


def test_long_sleep_by_day_is_the_night_of_who_works_at_night() -> None:
    assert days(made(slept("14 08:00", "14 14:30"))) == [(14, False)]


@pytest.mark.parametrize("told", [True, False])
def test_the_word_of_a_source_on_naps_wins(told: bool) -> None:  # noqa: FBT001
    assert days(made(slept("14 13:00", "14 13:40", is_nap=told))) == [(14, told)]
    assert days(made(slept("13 22:00", "14 06:00", is_nap=told))) == [(14, told)]


def test_what_a_source_calls_a_nap_is_never_joined_with_its_neighbour() -> None:
    found = made(slept("13 20:00", "13 21:00", is_nap=True), slept("13 21:30", "14 06:00"))

    assert days(found) == [(13, True), (14, False)]


def test_copies_of_a_nap_by_two_sources_are_one_nap() -> None:
    found = made(slept("14 13:00", "14 14:00", is_nap=True), slept("14 12:50", "14 14:20", PHONE))

    assert days(found) == [(14, True)]
    assert len(found[0].members) == 2


@pytest.mark.parametrize(
    ("nap", "night"),
    [
        (("13 21:00", "13 23:01"), ("13 23:00", "14 06:00")),
        (("13 21:00", "13 23:59"), ("13 22:30", "14 06:00")),
        (("14 06:59", "14 08:00"), ("13 23:00", "14 07:00")),
        (("13 15:00", "13 23:30"), ("13 22:00", "14 06:00")),
    ],
)
def test_what_a_source_calls_a_nap_is_apart_from_a_night_that_it_overlaps_a_little(
    nap: tuple[str, str], night: tuple[str, str]
) -> None:
    found = made(slept(*nap, PHONE, is_nap=True), slept(*night))

    assert sorted((block.is_nap, len(block.members)) for block in found) == [(False, 1), (True, 1)]
    assert [[each.sample_id for each in block.beside] for block in found] == [
        [each.sample_id for each in other.members] for other in reversed(found)
    ]


@pytest.mark.parametrize("nap", [("14 01:00", "14 03:00"), ("13 22:00", "14 00:00"), ("14 05:00", "14 07:00")])
def test_a_night_stays_one_where_a_source_calls_a_small_part_of_it_a_nap(nap: tuple[str, str]) -> None:
    found = made(slept(*nap, WATCH, is_nap=True), slept("13 23:00", "14 06:00", PHONE))

    assert days(found) == [(14, False)]
    assert len(found[0].members) == 2


def test_a_night_with_a_nap_in_it_is_still_joined_with_its_neighbour() -> None:
    found = made(
        slept("13 22:00", "14 02:00"), slept("13 23:00", "13 23:30", PHONE, is_nap=True), slept("14 02:30", "14 06:00")
    )

    assert days(found) == [(14, False)]


def test_the_word_of_most_of_the_time_counts_however_many_pieces_it_comes_in() -> None:
    pieces = [slept(f"14 22:{n}0", f"14 22:{n + 1}5", PHONE, is_nap=True) for n in range(4)]

    assert days(made(*pieces, slept("14 22:00", "14 23:10"))) == [(14, True)]
    assert days(made(pieces[0], slept("14 22:00", "14 23:10"))) == [(14, False)]


def test_naps_that_share_a_nap_of_another_source_are_one_nap() -> None:
    phone = slept("14 13:00", "14 14:40", PHONE, is_nap=True)

    assert days(made(slept("14 13:00", "14 13:40"), phone, slept("14 14:00", "14 14:40"))) == [(14, True)]


def test_nothing_is_joined_over_gaps_to_more_than_a_day() -> None:
    hourly = [slept(f"{13 + n // 12} {n % 12 * 2:02}:00", f"{13 + n // 12} {n % 12 * 2 + 1:02}:30") for n in range(24)]

    assert max(block.end_ms - block.start_ms for block in made(*hourly)) <= 86_400_000


def test_each_of_a_month_of_naps_and_sleep_in_turn_is_compared_with_its_neighbours_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each a little into the next: no two belong together, and all are near each other."""
    compared: list[tuple[Span, Span]] = []

    def counted(one: Span, other: Span) -> int:
        compared.append((one, other))
        return common(one, other)

    monkeypatch.setattr("healthpartner.domains.metrics.sleep.blocks.common", counted)
    start = at("01 00:00")
    naps_and_sleep = [
        SleepSession(start + place * 1_800_000, start + place * 1_800_000 + 2_400_000, 0, is_nap=bool(place % 2))
        for place in range(1500)
    ]
    chain = [StoredSession(uuid4(), 1, WATCH, rank_by(NIGHT, WATCH), each) for each in naps_and_sleep]

    found = blocks(chain, None)

    assert len(found) == 1500
    assert len(compared) <= 2 * len(chain)
    assert max(len(block.beside) for block in found) == 2
