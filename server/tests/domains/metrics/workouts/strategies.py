"""Workouts of three sources within two days, on a grid of one minute."""

from uuid import UUID

from hypothesis import strategies as st

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Workout, WorkoutFigures
from healthpartner.domains.metrics.fusion.priorities import WORN, rank_by
from healthpartner.domains.metrics.workouts.copies import StoredWorkout

SOURCES = (SampleSource("strava"), SampleSource("apple_health", "Apple Watch"), SampleSource("apple_health", "iPhone"))
MINUTE = 60_000
# The 13th of March 2026, noon in UTC.
NOON = 20_525 * 86_400_000 + 43_200_000


@st.composite
def workouts(draw: st.DrawFn) -> Workout:
    start = draw(st.integers(0, 60) | st.integers(0, 2000))
    end = start + draw(st.integers(0, 120))
    figure = st.none() | st.integers(1, 500).map(float)
    return Workout(
        NOON + start * MINUTE,
        NOON + end * MINUTE,
        draw(st.sampled_from(("running", "cycling", "multisport", "other"))),
        offset_minutes=draw(st.sampled_from((None, 60, 720))),
        figures=WorkoutFigures(distance_meters=draw(figure), active_calories=draw(figure)),
    )


def stored(told: list[tuple[int, Workout]]) -> list[StoredWorkout]:
    """(number of the source, workout); of one source no two workouts with the same bounds, as in the store."""
    distinct = {(source, each.start_ms, each.end_ms): (source, each) for source, each in told}
    return [
        StoredWorkout(UUID(int=number), source, SOURCES[source], rank_by(WORN, SOURCES[source]), each)
        for number, (source, each) in enumerate(distinct.values())
    ]


def told() -> st.SearchStrategy[list[StoredWorkout]]:
    return st.lists(st.tuples(st.integers(0, len(SOURCES) - 1), workouts()), min_size=1, max_size=12).map(stored)
