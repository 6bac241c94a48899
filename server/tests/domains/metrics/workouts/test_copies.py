"""Which workouts are copies of one session, and what the one session is."""

from itertools import permutations
from uuid import uuid4

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Segment, Workout, WorkoutFigures
from healthpartner.domains.metrics.fusion.priorities import WORN, rank_by
from healthpartner.domains.metrics.workouts import merged
from healthpartner.domains.metrics.workouts.copies import Session, StoredWorkout, sessions

WATCH, PHONE = SampleSource("apple_health", "Apple Watch"), SampleSource("apple_health", "iPhone")
STRAVA, PARTNER = SampleSource("strava"), SampleSource("partner:acme")
SOURCES = {WATCH: 1, PHONE: 2, STRAVA: 3, PARTNER: 4}
MINUTE = 60_000
NOON = 20_525 * 86_400_000 + 12 * 60 * MINUTE


def done(
    source: SampleSource,
    start: float,
    end: float,
    sport: str = "cycling",
    segments: tuple[Segment, ...] = (),
    title: str | None = None,
    **figures: float,
) -> StoredWorkout:
    """In minutes from noon."""
    start_ms, end_ms = NOON + round(start * MINUTE), NOON + round(end * MINUTE)
    known = WorkoutFigures(**figures)
    workout = Workout(start_ms, end_ms, sport, title=title, figures=known, segments=segments)
    return StoredWorkout(uuid4(), SOURCES[source], source, rank_by(WORN, source), workout)


def made(*workouts: StoredWorkout) -> list[Session]:
    """The same sessions in whatever order the workouts come."""
    found = sessions(workouts)
    for order in list(permutations(workouts))[:24]:
        assert [_facts(each) for each in sessions(order)] == [_facts(each) for each in found]
    return found


def _facts(session: Session) -> tuple[object, ...]:
    members = [(each.stored.sample_id, each.reason) for each in session.members]
    return session.chief.sample_id, session.counted_ms, members, merged.figures(session)


def reasons(session: Session) -> list[str]:
    return [each.reason for each in session.members]


def test_copies_are_known_by_their_time_and_not_by_their_label() -> None:
    strava = done(STRAVA, 1.5, 61, "cycling", distance_meters=30_000.0)
    watch = done(WATCH, 0, 60, "indoor_cycling", heart_rate_mean=141, distance_meters=29_000.0)

    (session,) = made(watch, strava)

    assert session.chief == strava
    assert reasons(session) == ["copy"]
    assert merged.figures(session) == WorkoutFigures(distance_meters=30_000.0, heart_rate_mean=141)
    assert merged.sport(session).sport == "cycling"


def test_a_copy_that_knows_the_sport_names_it() -> None:
    (session,) = made(done(STRAVA, 0, 60, "other"), done(WATCH, 0, 60, "rowing", title="Eights"))

    assert merged.sport(session).sport == "rowing"
    assert merged.title(session) == "Eights"


@pytest.mark.parametrize("gap", [0, 0.5, 10])
def test_consecutive_workouts_are_distinct(gap: float) -> None:
    found = made(done(WATCH, 0, 30, "running"), done(WATCH, 30 + gap, 60, "strength_training"))

    assert [session.chief.workout.sport for session in found] == ["running", "strength_training"]


def test_consecutive_copies_find_their_own_session() -> None:
    watch = done(WATCH, 0, 30, "running"), done(WATCH, 31, 60, "cycling")
    strava = done(STRAVA, 1, 31, "running"), done(STRAVA, 32, 62, "cycling")

    found = made(*watch, *strava)

    assert [session.chief for session in found] == [*strava]
    assert [[each.stored for each in session.members] for session in found] == [[watch[0]], [watch[1]]]


def test_growing_copies_of_one_source_are_the_longest() -> None:
    growing = [done(WATCH, 0, 10 * n, "hiking", distance_meters=500.0 * n) for n in range(1, 7)]

    (session,) = made(*growing)

    assert session.chief == growing[-1]
    assert merged.figures(session).distance_meters == 3000
    assert merged.segments(session) == []


def test_a_recording_that_broke_off_does_not_hide_the_one_that_went_on() -> None:
    (session,) = made(done(STRAVA, 0, 12, distance_meters=4_000.0), done(WATCH, 1, 60, distance_meters=25_000.0))

    assert session.chief.source == WATCH
    assert reasons(session) == ["covered_by_others"]
    assert merged.figures(session).distance_meters == 25_000


def test_a_restart_of_the_higher_source_is_two_sessions_and_no_minute_more() -> None:
    found = made(done(STRAVA, 0, 25), done(STRAVA, 26, 60), done(WATCH, 0, 60, heart_rate_max=170))

    assert [(session.chief.source, session.counted_ms // MINUTE) for session in found] == [(STRAVA, 25), (STRAVA, 34)]
    assert [merged.figures(session).heart_rate_max for session in found] == [None, None]


def test_a_recording_left_running_does_not_hide_what_another_source_saw_in_it() -> None:
    found = made(done(STRAVA, 60, 120, "running"), done(PHONE, 0, 600, "walking"))

    assert [(session.chief.workout.sport, session.counted_ms // MINUTE) for session in found] == [
        ("walking", 540),
        ("running", 60),
    ]


def test_legs_of_one_source_are_activities_of_the_whole_and_none_is_lost() -> None:
    whole = done(WATCH, 0, 180, "multisport", segments=(Segment("lap", NOON, NOON + MINUTE),))
    legs = [
        done(WATCH, 0, 30, "open_water_swimming", distance_meters=1500.0),
        done(WATCH, 35, 125, "cycling", distance_meters=40_000.0),
        done(WATCH, 130, 180, "running", distance_meters=10_000.0),
    ]

    (session,) = made(whole, *legs)

    assert session.chief == whole
    assert session.counted_ms == 180 * MINUTE
    assert [(each.kind, each.sport, each.figures.distance_meters) for each in merged.segments(session)] == [
        ("activity", "open_water_swimming", 1500),
        ("lap", None, None),
        ("activity", "cycling", 40_000),
        ("activity", "running", 10_000),
    ]


def test_legs_of_a_higher_source_stay_sessions_of_their_own() -> None:
    found = made(done(STRAVA, 0, 30, "swimming"), done(STRAVA, 35, 125, "cycling"), done(WATCH, 0, 126, "multisport"))

    assert [session.chief.workout.sport for session in found] == ["swimming", "cycling"]
    assert sum(session.counted_ms for session in found) == 120 * MINUTE


def test_sessions_that_overlap_a_little_count_no_moment_twice() -> None:
    found = made(done(STRAVA, 0, 60, "running"), done(WATCH, 50, 110, "yoga"))

    assert [(session.chief.workout.sport, session.counted_ms // MINUTE) for session in found] == [
        ("running", 60),
        ("yoga", 50),
    ]


def test_laps_come_from_the_highest_copy_that_has_any() -> None:
    laps = (Segment("lap", NOON, NOON + 30 * MINUTE), Segment("lap", NOON + 30 * MINUTE, NOON + 60 * MINUTE))

    (session,) = made(done(PARTNER, 0, 60), done(STRAVA, 0, 60, segments=laps), done(WATCH, 0, 60, segments=laps[:1]))

    assert tuple(merged.segments(session)) == laps
    assert session.chief.source == PARTNER


def test_a_moment_without_a_length_is_a_session_too() -> None:
    (session,) = made(done(WATCH, 0, 0), done(PHONE, 0, 0))

    assert session.counted_ms == 1
