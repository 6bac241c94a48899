"""One night of what several sources, or several copies, say about it."""

from itertools import pairwise, permutations
from uuid import UUID, uuid4

import msgspec
import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.domains.metrics.fusion.priorities import NIGHT, rank_by
from healthpartner.domains.metrics.sleep.blocks import StoredSession, blocks
from healthpartner.domains.metrics.sleep.nights import Night, night

WATCH, PHONE = SampleSource("apple_health", "Apple Watch"), SampleSource("apple_health", "iPhone")
PARTNER, RING = SampleSource("partner:acme"), SampleSource("oura")
SOURCES = {WATCH: 1, PHONE: 2, PARTNER: 3, RING: 4}
MINUTE = 60_000
# 22:00 in UTC.
BEDTIME = 20_525 * 86_400_000 + 22 * 60 * MINUTE

LIGHT, DEEP, REM, AWAKE = SleepStage.light, SleepStage.deep, SleepStage.rem, SleepStage.awake
ASLEEP, IN_BED, OUT_OF_BED = SleepStage.asleep_unspecified, SleepStage.in_bed, SleepStage.out_of_bed

Stretch = tuple[SleepStage, int, int]


def told(source: SampleSource, start: int, end: int, *stages: Stretch, **figures: float) -> StoredSession:
    """In minutes from bedtime."""
    session = SleepSession(
        BEDTIME + start * MINUTE,
        BEDTIME + end * MINUTE,
        0,
        tuple(StageInterval(stage, BEDTIME + first * MINUTE, BEDTIME + last * MINUTE) for stage, first, last in stages),
        external_id=str((start, end, stages)),
        figures=SleepFigures(**figures),
    )
    return StoredSession(uuid4(), SOURCES[source], source, rank_by(NIGHT, source), session)


def nap_of(each: StoredSession) -> StoredSession:
    return msgspec.structs.replace(each, session=msgspec.structs.replace(each.session, is_nap=True))


def one(*sessions: StoredSession) -> Night:
    """The same night in whatever order its sessions come."""
    (block,) = blocks(sessions, None)
    found = night(block)
    for order in list(permutations(sessions))[:24]:
        (again,) = blocks(order, None)
        assert night(again).pieces == found.pieces
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(found.pieces))
    return found


def minutes(found: Night) -> dict[str, float]:
    known = found.totals
    named = {
        "asleep": known.asleep,
        "in_bed": known.in_bed,
        "deep": known.deep,
        "light": known.light,
        "rem": known.rem,
        "awake": known.awake,
        "unspecified": known.unspecified,
    }
    return {name: seconds / 60 for name, seconds in named.items() if seconds}


def roles(found: Night) -> dict[UUID, tuple[str, int]]:
    return {each.teller.sample_id: (each.role, each.counted_ms // MINUTE) for each in found.contributions()}


def test_totals_are_counted_from_intervals_whatever_else_is_told() -> None:
    found = one(told(WATCH, 0, 480, (LIGHT, 0, 200), (AWAKE, 200, 220), (DEEP, 220, 300), deep_seconds=9, hrv_ms=55))

    assert minutes(found) == {"asleep": 280, "in_bed": 480, "deep": 80, "light": 200, "awake": 20}
    assert found.figure("hrv_ms") == 55


def test_six_growing_copies_of_one_night_are_one_night() -> None:
    growing = [told(WATCH, 0, 80 * n, *((LIGHT, 80 * k, 80 * k + 70) for k in range(n))) for n in range(1, 7)]

    found = one(*growing)

    assert minutes(found) == {"asleep": 420, "in_bed": 480, "light": 420}
    assert roles(found)[growing[-1].sample_id] == ("used", 480)
    assert {roles(found)[each.sample_id] for each in growing[:-1]} == {("dropped", 0)}
    assert found.contributions()[-1].told_by == (growing[-1],)


def test_a_split_night_is_the_sum_of_its_parts_and_not_of_the_gap() -> None:
    found = one(told(WATCH, 0, 180, (LIGHT, 0, 180)), told(WATCH, 220, 480, (REM, 220, 480)))

    assert minutes(found) == {"asleep": 440, "in_bed": 440, "light": 180, "rem": 260}
    assert {role for role, _ in roles(found).values()} == {"used"}


def test_what_a_phone_takes_for_bed_does_not_touch_what_a_watch_measures() -> None:
    watch = told(WATCH, 20, 470, (LIGHT, 20, 300), (AWAKE, 300, 310), (DEEP, 310, 470))
    phone = told(PHONE, 0, 480, (IN_BED, 0, 480))

    found = one(watch, phone)

    assert minutes(found) == {"asleep": 440, "in_bed": 480, "light": 280, "deep": 160, "awake": 10}
    assert roles(found) == {watch.sample_id: ("used", 450), phone.sample_id: ("overlapped", 30)}


def test_what_only_a_lower_source_saw_is_kept() -> None:
    died = told(WATCH, 0, 200, (DEEP, 0, 200))
    phone = told(PHONE, -10, 460, (ASLEEP, -10, 460))

    found = one(died, phone)

    assert minutes(found) == {"asleep": 470, "in_bed": 470, "deep": 200, "unspecified": 270}
    assert found.chief == died


def test_a_hole_in_a_higher_source_is_told_by_a_lower_one() -> None:
    watch = told(WATCH, 0, 480, (LIGHT, 0, 100), (LIGHT, 200, 480))
    phone = told(PHONE, 0, 480, (ASLEEP, 0, 480))

    assert minutes(one(watch, phone)) == {"asleep": 480, "in_bed": 480, "light": 380, "unspecified": 100}


def test_the_higher_source_decides_on_waking() -> None:
    watch = told(WATCH, 0, 480, (LIGHT, 0, 240), (AWAKE, 240, 270), (LIGHT, 270, 480))
    phone = told(PHONE, 0, 480, (ASLEEP, 0, 480))

    assert minutes(one(watch, phone)) == {"asleep": 450, "in_bed": 480, "light": 450, "awake": 30}


def test_who_left_the_bed_is_awake_and_not_in_bed() -> None:
    found = one(told(WATCH, 0, 480, (LIGHT, 0, 200), (OUT_OF_BED, 200, 230), (LIGHT, 230, 480)))

    assert minutes(found) == {"asleep": 450, "in_bed": 450, "light": 450, "awake": 30}


@pytest.mark.parametrize(
    ("higher", "lower"), [(PARTNER, RING), (PARTNER, WATCH), (RING, WATCH), (WATCH, PHONE)], ids=str
)
def test_sources_are_ranked_by_origin_then_by_device(higher: SampleSource, lower: SampleSource) -> None:
    found = one(told(lower, 0, 480, (DEEP, 0, 480)), told(higher, 0, 480, (REM, 0, 480)))

    assert found.chief.source == higher
    assert minutes(found) == {"asleep": 480, "in_bed": 480, "rem": 480}


def test_who_knows_no_stages_comes_after_who_does() -> None:
    partner = told(PARTNER, 0, 480, duration_seconds=440 * 60)
    ring = told(RING, 0, 480, (REM, 0, 470), hrv_ms=70)

    found = one(partner, ring)

    assert found.chief == ring
    assert minutes(found) == {"asleep": 470, "in_bed": 480, "rem": 470}


def test_totals_without_intervals_stay_as_they_were_told() -> None:
    found = one(
        told(PARTNER, 0, 480, deep_seconds=6000, light_seconds=12000, rem_seconds=6000, time_in_bed_seconds=28000)
    )

    assert minutes(found) == {
        "asleep": 400,
        "in_bed": pytest.approx(28000 / 60),
        "deep": 100,
        "light": 200,
        "rem": 100,
    }


@pytest.mark.parametrize(
    ("figures", "asleep"), [({}, 480), ({"awake_seconds": 1200}, 460), ({"duration_seconds": 24000}, 400)]
)
def test_a_session_of_which_little_is_told_was_slept_but_for_what_was_not(
    figures: dict[str, float], asleep: float
) -> None:
    found = one(told(PHONE, 0, 480, **figures))

    assert (found.totals.asleep / 60, found.totals.unspecified / 60) == (asleep, asleep)


def test_totals_of_a_session_count_for_the_time_that_only_it_tells_of() -> None:
    watch = told(WATCH, 0, 240, (REM, 0, 240))
    phone = told(PHONE, 0, 480, duration_seconds=400 * 60)

    assert minutes(one(watch, phone)) == {"asleep": 440, "in_bed": 480, "rem": 240, "unspecified": 200}


def test_figures_come_from_the_highest_source_that_has_them() -> None:
    found = one(told(WATCH, 0, 480, (LIGHT, 0, 480), hrv_ms=60), told(PHONE, 0, 490, respiratory_rate=14, hrv_ms=1))

    assert (found.figure("hrv_ms"), found.figure("respiratory_rate")) == (60, 14)
    assert found.figure("heart_rate_min") is None


def test_stages_of_the_night_are_joined_where_copies_meet() -> None:
    found = one(told(WATCH, 0, 100, (LIGHT, 0, 100)), told(WATCH, 50, 200, (LIGHT, 50, 200)))

    assert [(each.stage, (each.end_ms - each.start_ms) // MINUTE) for each in found.stages()] == [(LIGHT, 200)]


def test_a_moment_of_a_nap_and_of_a_night_counts_where_the_better_source_tells_of_it() -> None:
    watch = told(WATCH, 60, 480, (LIGHT, 60, 470), (AWAKE, 470, 480))
    phone = nap_of(told(PHONE, -60, 70, duration_seconds=120 * 60))

    nap, found = (night(block) for block in blocks([watch, phone], None))

    assert (nap.block.is_nap, found.block.is_nap) == (True, False)
    assert minutes(nap) == {
        "asleep": pytest.approx(120 * 120 / 130),
        "in_bed": 120,
        "unspecified": pytest.approx(120 * 120 / 130),
    }
    assert minutes(found) == {"asleep": 410, "in_bed": 420, "light": 410, "awake": 10}
    assert (nap.block.end_ms, found.block.start_ms) == (phone.session.end_ms, watch.session.start_ms)
    (said,) = nap.contributions()
    assert (said.role, said.counted_ms // MINUTE, said.told_by) == ("used", 120, (watch,))
    assert roles(found) == {watch.sample_id: ("used", 420)}


def test_a_session_of_which_only_the_row_beside_tells_is_dropped_for_that_row() -> None:
    watch = told(WATCH, 60, 480, (LIGHT, 60, 480))
    phone, copy = nap_of(told(PHONE, -60, 70)), nap_of(told(PHONE, 62, 66))

    nap, found = (night(block) for block in blocks([watch, phone, copy], None))

    assert roles(nap) == {phone.sample_id: ("used", 120), copy.sample_id: ("dropped", 0)}
    assert nap.contributions()[-1].told_by == (watch,)
    assert minutes(found) == {"asleep": 420, "in_bed": 420, "light": 420}
