"""Buckets against the plain definition, and calendar days where the person was."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.metric import Aggregation
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleBatch, empty
from healthpartner.domains.metrics.samples.buckets import WIDTHS, bucket, group, group_chunks, local_days

AGGREGATES = {
    "sum": sum,
    "mean": lambda values: sum(values) / len(values),
    "last": lambda values: values[-1],
}


def batch_of(starts: list[int], values: list[float], offsets: list[int] | None = None) -> SampleBatch:
    count = len(starts)
    return SampleBatch(
        METRICS["steps"],
        np.array(starts, np.int64),
        np.zeros(count, np.int64),
        np.array(values, np.float64),
        None,
        np.array(offsets or [0] * count, np.int16),
    )


@given(
    st.dictionaries(st.integers(-200, 200), st.integers(0, 9), max_size=40),
    st.integers(1, 70),
    st.integers(-50, 50),
    st.sampled_from(["sum", "mean", "last"]),
)
def test_buckets_equal_their_definition(
    samples: dict[int, int], width: int, origin: int, aggregation: Aggregation
) -> None:
    expected: dict[int, list[int]] = defaultdict(list)
    for start, value in sorted(samples.items()):
        expected[origin + (start - origin) // width * width].append(value)
    buckets = bucket(batch_of(list(samples), [*map(float, samples.values())]), width, aggregation, origin)
    assert buckets.keys.tolist() == sorted(expected)
    assert buckets.counts.tolist() == [len(expected[key]) for key in sorted(expected)]
    assert buckets.values.tolist() == [AGGREGATES[aggregation](expected[key]) for key in sorted(expected)]


@given(
    st.dictionaries(st.integers(-2000, 2000), st.integers(0, 9), min_size=1, max_size=60),
    st.sampled_from(["sum", "mean", "last"]),
)
def test_batches_that_share_no_span_need_not_be_joined(samples: dict[int, int], aggregation: Aggregation) -> None:
    starts = [minute * 60_000 for minute in sorted(samples)]
    whole = batch_of(starts, [float(samples[minute]) for minute in sorted(samples)])
    parts = [part for _, part in whole.split_by_day()]

    found, expected = group_chunks(parts, 300_000, aggregation), bucket(whole, 300_000, aggregation)

    for name in ("keys", "values", "counts"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()


@pytest.mark.parametrize(("granularity", "count"), [("five_minute", 288), ("fifteen_minute", 96), ("one_hour", 24)])
def test_a_day_of_minutes_fills_its_buckets(granularity: str, count: int) -> None:
    batch = batch_of([minute * 60_000 for minute in range(1440)], [1.0] * 1440)
    buckets = bucket(batch, WIDTHS[granularity], "sum")
    assert buckets.values.tolist() == [1440 / count] * count


def test_both_components_of_blood_pressure_are_averaged() -> None:
    instants = np.array([0, 1], np.int64)
    batch = SampleBatch(
        METRICS["blood_pressure"], instants, instants * 0, np.array([120.0, 130.0]), np.array([80.0, 84.0]),
        np.zeros(2, np.int16),
    )  # fmt: skip
    buckets = bucket(batch, 60_000, "mean")
    assert buckets.seconds is not None
    assert (buckets.values.tolist(), buckets.seconds.tolist()) == ([125.0], [82.0])


@pytest.mark.parametrize("slug", ["steps", "blood_pressure"])
def test_nothing_makes_no_buckets(slug: str) -> None:
    buckets = bucket(empty(METRICS[slug]), DAY_MS, "mean")
    assert len(buckets.keys) == len(buckets.values) == len(buckets.counts) == 0
    assert (buckets.seconds is None) == (slug == "steps")


def test_a_day_is_the_day_where_the_sample_was_taken() -> None:
    one_in_the_morning = DAY_MS + 3_600_000
    batch = batch_of([one_in_the_morning] * 3, [1, 2, 4], [-480, 0, UNKNOWN_OFFSET])
    days = local_days(batch, default_offset=-120)
    assert days.tolist() == [0, 1, 0]
    assert group(batch, days, "sum").values.tolist() == [5.0, 2.0]
