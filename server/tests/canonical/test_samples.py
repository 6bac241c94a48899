"""Columns of samples: order, duplicates, days and ids."""

from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.sample_ids import sample_id_halves
from healthpartner.canonical.samples import (
    DAY_MS,
    SampleBatch,
    concat,
    empty,
    parse_sample_id,
    sample_id,
)


def batch_of(starts: list[int], values: list[float], slug: str = "heart_rate") -> SampleBatch:
    count = len(starts)
    return SampleBatch(
        METRICS[slug],
        np.array(starts, np.int64),
        np.zeros(count, np.int64),
        np.array(values, np.float64),
        np.array(values, np.float64) - 40 if METRICS[slug].has_second else None,
        np.zeros(count, np.int16),
    )


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 300)), max_size=40))
def test_the_last_of_equal_starts_wins_and_the_order_is_by_start(pairs: list[tuple[int, int]]) -> None:
    unique = batch_of([start for start, _ in pairs], [float(value) for _, value in pairs]).sorted_unique()
    assert list(zip(unique.start_ms.tolist(), unique.value.tolist(), strict=True)) == sorted(dict(pairs).items())


@given(st.lists(st.integers(-3 * DAY_MS, 3 * DAY_MS), max_size=40))
def test_days_are_ascending_and_lose_nothing(starts: list[int]) -> None:
    batch = batch_of(starts, [float(position) for position in range(len(starts))])
    days = list(batch.split_by_day())
    assert [day for day, _ in days] == sorted({start // DAY_MS for start in starts})
    assert sorted(value for _, part in days for value in part.value.tolist()) == batch.value.tolist()
    assert all((part.start_ms // DAY_MS == day).all() for day, part in days)
    assert all(part.value.tolist() == sorted(part.value.tolist()) for _, part in days)


def test_joining_keeps_both_components_and_the_order() -> None:
    joined = concat([batch_of([5], [120], "blood_pressure"), batch_of([1], [110], "blood_pressure")])
    assert joined.start_ms.tolist() == [5, 1]
    assert joined.second is not None
    assert joined.second.tolist() == [80, 70]


def test_different_metrics_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="different metrics"):
        concat([batch_of([1], [60]), batch_of([1], [10], "steps")])


def test_an_empty_batch_has_every_column_of_its_metric() -> None:
    assert len(empty(METRICS["steps"])) == 0
    assert empty(METRICS["steps"]).second is None
    assert empty(METRICS["blood_pressure"]).second is not None


@given(st.integers(0, 65_535), st.integers(0, 2**32 - 1), st.integers(-(2**47), 2**47 - 1))
def test_an_id_tells_what_it_was_made_of(code: int, source: int, start_ms: int) -> None:
    identifier = sample_id(code, source, start_ms)
    assert parse_sample_id(identifier) == (code, source, start_ms)
    assert parse_sample_id(UUID(str(identifier))) == (code, source, start_ms)
    assert (identifier.version, identifier.variant) == (8, "specified in RFC 4122")


@given(
    st.integers(0, 65_535),
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(-(2**47), 2**47 - 1)), min_size=1, max_size=5),
)
def test_many_ids_are_made_at_once_as_halves(code: int, samples: list[tuple[int, int]]) -> None:
    source_ids, starts_ms = np.array(samples, np.int64).T

    halves = sample_id_halves(code, source_ids, starts_ms)

    ids = [upper << 64 | lower for upper, lower in halves.view(np.uint64).tolist()]
    assert ids == [sample_id(code, *each).int for each in samples]


def test_ids_of_one_source_sort_by_time() -> None:
    assert sample_id(101, 7, -5) < sample_id(101, 7, 0) < sample_id(101, 7, 1_700_000_000_000)


def test_an_id_made_elsewhere_is_not_ours() -> None:
    assert parse_sample_id(uuid4()) is None
    assert parse_sample_id(UUID(int=sample_id(101, 7, 0).int ^ 1)) is None


@pytest.mark.parametrize("parts", [(-1, 0, 0), (65_536, 0, 0), (1, 2**32, 0), (1, -1, 0), (1, 1, 2**47)])
def test_parts_that_do_not_fit_an_id_are_refused(parts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        sample_id(*parts)
