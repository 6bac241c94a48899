"""Sessions of three sources within three days, on a grid of five minutes."""

from itertools import pairwise
from uuid import UUID

from hypothesis import strategies as st

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.domains.metrics.fusion.priorities import NIGHT, rank_by
from healthpartner.domains.metrics.sleep.blocks import StoredSession

SOURCES = (SampleSource("oura"), SampleSource("apple_health", "Apple Watch"), SampleSource("apple_health", "iPhone"))
STEP = 300_000
# The 13th of March 2026, noon in UTC.
NOON = 20_525 * 86_400_000 + 43_200_000

SOUND_ASLEEP = (SleepStage.light, SleepStage.deep, SleepStage.rem, SleepStage.asleep_unspecified, SleepStage.in_bed)


@st.composite
def sleep_sessions(draw: st.DrawFn, stages: tuple[SleepStage, ...] = tuple(SleepStage)) -> SleepSession:
    start = draw(st.integers(0, 700))
    length = draw(st.integers(1, 130))
    cuts = sorted({0, length, *draw(st.lists(st.integers(0, length), max_size=6))})
    intervals = tuple(
        StageInterval(draw(st.sampled_from(stages)), NOON + (start + first) * STEP, NOON + (start + last) * STEP)
        for first, last in pairwise(cuts)
        if draw(st.integers(0, 4))
    )
    return SleepSession(
        NOON + start * STEP,
        NOON + (start + length) * STEP,
        draw(st.sampled_from((None, 0, 60, -480, 720))),
        intervals,
        draw(st.sampled_from((None, None, None, True, False))),
        figures=SleepFigures(hrv_ms=draw(st.none() | st.integers(20, 90).map(float))),
    )


def stored(told: list[tuple[int, SleepSession]]) -> list[StoredSession]:
    """(number of the source, session); of one source no two sessions with the same bounds, as in the store."""
    distinct = {(source, each.start_ms, each.end_ms): (source, each) for source, each in told}
    return [
        StoredSession(UUID(int=number), source, SOURCES[source], rank_by(NIGHT, SOURCES[source]), each)
        for number, (source, each) in enumerate(distinct.values())
    ]


def told(stages: tuple[SleepStage, ...] = tuple(SleepStage)) -> st.SearchStrategy[list[StoredSession]]:
    each = st.tuples(st.integers(0, len(SOURCES) - 1), sleep_sessions(stages))
    return st.lists(each, min_size=1, max_size=12).map(stored)
