"""Generated batches of one day, and how two batches are compared."""

import numpy as np
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, Float64s, SampleBatch

DAY = 20_000

_any_float = st.floats(allow_nan=False, allow_infinity=False)
_readings = st.integers(-2000, 2000).map(lambda value: value / 10)
_millimoles = st.integers(0, 400).map(lambda value: value / 10 * 18.0182)
_fahrenheit = st.integers(900, 1060).map(lambda value: value / 10 * (5 / 9) + -160 / 9)
_values = st.sampled_from([_any_float, _readings, _millimoles, _fahrenheit, st.sampled_from([0.0, -0.0])])
_instants = st.sampled_from([st.integers(0, DAY_MS - 1), st.integers(0, 86_399).map(lambda second: second * 1000)])
_durations = st.sampled_from([st.just(0), st.just(60_000), st.integers(-(2**63), 2**63 - 1)])


@st.composite
def day_batches(draw: st.DrawFn, *, largest: int = 60) -> SampleBatch:
    """A batch of any length, unsorted, with duplicates, whose samples start on `DAY`."""
    slug = draw(st.sampled_from(["heart_rate", "glucose", "body_temperature", "blood_pressure"]))
    count = draw(st.integers(0, largest))

    def column(elements: st.SearchStrategy[st.SearchStrategy[int]]) -> list[int]:
        return draw(st.lists(draw(elements), min_size=count, max_size=count))

    def floats() -> Float64s:
        return np.array(draw(st.lists(draw(_values), min_size=count, max_size=count)), np.float64)

    return SampleBatch(
        METRICS[slug],
        np.array(column(_instants), np.int64) + DAY * DAY_MS,
        np.array(column(_durations), np.int64),
        floats(),
        floats() if METRICS[slug].has_second else None,
        np.array(column(st.just(st.sampled_from([-480, 0, 60, -32768]))), np.int16),
    )


def bits(batch: SampleBatch) -> list[list[int]]:
    """Every column as integers, so that negative zero and zero differ."""
    second = [] if batch.second is None else batch.second.view(np.int64).tolist()
    return [
        batch.start_ms.tolist(),
        batch.duration_ms.tolist(),
        batch.value.view(np.int64).tolist(),
        second,
        batch.offset_minutes.tolist(),
    ]
