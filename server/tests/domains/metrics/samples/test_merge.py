"""Arriving twice, in pieces or out of order must not change what is stored."""

from functools import reduce
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleBatch, empty
from healthpartner.domains.metrics.samples.merge import merge
from tests.domains.metrics.samples.strategies import bits

ANY_START = st.integers(0, 30)


@st.composite
def batches(draw: st.DrawFn, starts: st.SearchStrategy[int] = ANY_START) -> SampleBatch:
    rows = draw(st.lists(st.tuples(starts, st.integers(0, 2), st.integers(60, 63), st.integers(0, 1))))
    start, duration, value, offset = np.array(rows, np.int64).reshape(-1, 4).T
    return SampleBatch(METRICS["steps"], start, duration, value.astype(np.float64), None, offset.astype(np.int16))


def rows_of(batch: SampleBatch) -> dict[int, tuple[int, ...]]:
    start, duration, value, _, offset = bits(batch)
    return {key: rest for key, *rest in zip(start, duration, value, offset, strict=True)}  # type: ignore[misc]


@given(batches(), batches())
def test_the_newer_statement_wins_and_the_counts_add_up(existing: SampleBatch, incoming: SampleBatch) -> None:
    before, arriving = rows_of(existing), rows_of(incoming)
    result = merge(existing, incoming)
    assert rows_of(result.batch) == before | arriving
    assert result.batch.start_ms.tolist() == sorted(before | arriving)
    assert result.added == len(arriving.keys() - before.keys())
    assert result.unchanged == sum(before.get(key) == row for key, row in arriving.items())
    assert result.added + result.replaced + result.unchanged == len(arriving)


@given(batches(), batches())
def test_a_replay_changes_nothing(existing: SampleBatch, incoming: SampleBatch) -> None:
    once = merge(existing, incoming)
    again = merge(once.batch, incoming)
    assert bits(again.batch) == bits(once.batch)
    assert (again.added, again.replaced, again.changed) == (0, 0, False)


@given(batches(ANY_START.map(lambda start: start * 2)), batches(ANY_START.map(lambda start: start * 2 + 1)))
def test_disjoint_batches_may_arrive_in_any_order(one: SampleBatch, other: SampleBatch) -> None:
    assert bits(merge(one, other).batch) == bits(merge(other, one).batch)


@given(batches(), st.lists(st.integers(0, 40)))
def test_any_split_into_batches_gives_the_same_state(batch: SampleBatch, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(batch)) for cut in cuts), len(batch)]
    parts = [batch.take(slice(first, last)) for first, last in pairwise(edges)]
    state = reduce(lambda stored, part: merge(stored, part).batch, parts, empty(METRICS["steps"]))
    assert bits(state) == bits(batch.sorted_unique())


def test_a_changed_diastolic_value_is_a_replacement() -> None:
    def reading(diastolic: float) -> SampleBatch:
        instant = np.array([1_000], np.int64)
        value, second = np.array([120.0]), np.array([diastolic])
        return SampleBatch(METRICS["blood_pressure"], instant, instant * 0, value, second, np.zeros(1, np.int16))

    assert merge(reading(80), reading(81)).replaced == 1
    assert merge(reading(80), reading(80)).unchanged == 1
