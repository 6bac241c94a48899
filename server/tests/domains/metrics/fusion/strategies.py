"""Generated samples of several sources around a midnight."""

from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleBatch, SampleSource, SourcedBatch

DAY = 20_500
MINUTE = 60_000
SOURCES = (
    SampleSource("apple_health_kit", "iPhone"),
    SampleSource("garmin", "Fenix"),
    SampleSource("partner:acme"),
    SampleSource("apple_health_kit", "Apple Watch"),
)
Sample = tuple[int, int, float, int]

_minutes = st.integers(-600, 3 * 1440)
_durations = st.one_of(st.just(0), st.integers(1, 90), st.sampled_from([1440, 3000]))
_seconds = st.integers(0, 59)
offsets = st.sampled_from([UNKNOWN_OFFSET, UNKNOWN_OFFSET, 0, 60, -480, 540])


@st.composite
def sample_lists(draw: st.DrawFn, *, one_clock: bool = False, largest: int = 12) -> list[Sample]:
    """(start in ms, duration in ms, value, offset), each start once, in order; some write zeros while nothing happens."""
    fixed = draw(offsets)
    made = {}
    for minute in draw(st.lists(_minutes, max_size=largest, unique=True)):
        start = DAY * DAY_MS + minute * MINUTE + draw(_seconds) * 1000
        duration = draw(_durations) * MINUTE + draw(st.sampled_from([0, 0, 20_000]))
        made[start] = (start, duration, float(draw(st.integers(0, 500))), fixed if one_clock else draw(offsets))
    taken = [made[start] for start in sorted(made)]
    return sorted(taken + gaps(taken)) if draw(st.integers(0, 3)) == 0 else taken


def gaps(taken: Iterable[Sample]) -> list[Sample]:
    """A zero for each time of a minute or more between samples, from the end of one to the start of the next."""
    found: list[Sample] = []
    reach = None
    for start, duration, _, offset in sorted(taken):
        if reach is not None and start >= reach + MINUTE:
            found.append((reach, start - reach, 0.0, offset))
        # A sample's clock is that of its minute.
        reach = max(reach or start, start + max(duration, MINUTE))
    return found


def batch_of(samples: list[Sample], slug: str = "steps") -> SampleBatch:
    return SampleBatch(
        METRICS[slug],
        np.array([start for start, *_ in samples], np.int64),
        np.array([duration for _, duration, *_ in samples], np.int64),
        np.array([value for *_, value, _ in samples], np.float64),
        None,
        np.array([offset for *_, offset in samples], np.int16),
    )


def series_of(lists: list[list[Sample]], slug: str = "steps") -> list[SourcedBatch]:
    return [
        SourcedBatch(place + 1, SOURCES[place], batch_of(samples, slug))
        for place, samples in enumerate(lists)
        if samples
    ]
