"""A chunk gives back every bit, stays small for what devices really send, and refuses what is not a chunk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, Float64s, Int64s, SampleBatch, empty
from healthpartner.canonical.units import place_of, unit_at
from healthpartner.domains.metrics.samples.codec import Summary, decode, encode, summary
from healthpartner.domains.metrics.samples.wire import CorruptChunk
from tests.domains.metrics.samples.strategies import DAY, bits, day_batches

RANDOM = np.random.default_rng(20)


def batch_of(slug: str, seconds: Int64s, values: Float64s, duration_s: int = 0) -> SampleBatch:
    count = len(seconds)
    return SampleBatch(
        METRICS[slug],
        DAY * DAY_MS + np.asarray(seconds, np.int64) * 1000,
        np.full(count, duration_s * 1000, np.int64),
        np.asarray(values, np.float64),
        None,
        np.full(count, -480, np.int16),
    )


def smooth(count: int, mean: float, spread: float) -> Float64s:
    return mean + np.convolve(RANDOM.normal(0, spread, count), np.ones(8) / 3, "same")


@given(day_batches())
def test_every_bit_comes_back(batch: SampleBatch) -> None:
    assert bits(decode(encode(batch, DAY), batch.metric, DAY)) == bits(batch)


def test_values_that_no_scaling_can_hold_come_back() -> None:
    values = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2])
    batch = batch_of("heart_rate", np.arange(7), values)
    assert bits(decode(encode(batch, DAY), batch.metric, DAY)) == bits(batch)


def test_a_day_without_samples_comes_back() -> None:
    nothing = empty(METRICS["blood_pressure"])
    assert bits(decode(encode(nothing, DAY), nothing.metric, DAY)) == bits(nothing)


@pytest.mark.parametrize("instant", [-1, DAY_MS])
def test_a_sample_of_another_day_is_refused(instant: int) -> None:
    batch = batch_of("heart_rate", np.array([0]), np.array([60.0]))
    batch.start_ms[0] += instant
    with pytest.raises(ValueError, match="another day"):
        encode(batch, DAY)


@pytest.mark.parametrize(
    ("name", "batch"),
    [
        (
            "heart rate each minute",
            batch_of("heart_rate", np.arange(1440) * 60 + RANDOM.integers(0, 20, 1440), np.rint(smooth(1440, 70, 6))),
        ),
        (
            "heart rate each five seconds",
            batch_of(
                "heart_rate", np.arange(17_280) * 5 + RANDOM.integers(0, 2, 17_280), smooth(17_280, 70, 6).round()
            ),
        ),
        (
            "steps each minute",
            batch_of("steps", np.arange(1440) * 60, RANDOM.integers(0, 120, 1440).astype(np.float64), 60),
        ),
        (
            "glucose in mg/dL",
            batch_of("glucose", np.arange(288) * 300 + RANDOM.integers(0, 3, 288), np.rint(smooth(288, 100, 15))),
        ),
        (
            "glucose that was in mmol/L",
            batch_of("glucose", np.arange(288) * 300, smooth(288, 5.5, 1).round(1) * 18.0182),
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_sample_takes_at_most_three_bytes(name: str, batch: SampleBatch) -> None:
    assert len(encode(batch, DAY)) <= 3 * len(batch), name


def test_a_single_weight_is_a_small_chunk() -> None:
    assert len(encode(batch_of("weight", np.array([30_000]), np.array([81.4])), DAY)) <= 24


def test_a_plain_chunk_of_version_1_stays_readable() -> None:
    stored = (
        "01020314b6a90700c5006c001e00050a120000dc00050012bff80320007e00bf07011131009bea12"
        "ff18d5aad5aad5aad57e00560055005500550055009500fe000080808080808080d48001"
    )
    batch = decode(bytes.fromhex(stored), METRICS["blood_pressure"], DAY)
    assert batch.second is not None
    assert (batch.start_ms - DAY * DAY_MS).tolist() == [5, 60_000, 86_000_000]
    assert batch.duration_ms.tolist() == [0, 0, 1500]
    assert batch.offset_minutes.tolist() == [-480, -480, UNKNOWN_OFFSET]
    assert batch.value.tolist() == [120.5, 118, 131]
    assert batch.second.tolist() == [80, 1 / 3, 85]


def test_a_compressed_chunk_of_version_1_stays_readable() -> None:
    stored = "010128b52ffd2035bd000088283078003000001000000011030303007801004aba25"
    batch = decode(bytes.fromhex(stored), METRICS["heart_rate"], DAY)
    assert batch.start_ms.tolist() == [DAY * DAY_MS + minute * 60_000 for minute in range(40)]
    assert batch.value.tolist() == [60 + minute % 3 for minute in range(40)]


@pytest.mark.parametrize(
    "claim",
    [
        b"\x02\x00\x00",
        b"\x01\x00\xff\xff\xff\xff\x0f",
        b"\x01\x01" + bytes.fromhex("28b52ffde0ffffffffffffff00"),
        b"\x01\x01not zstandard",
    ],
    ids=["another version", "too many samples", "too large", "not compressed"],
)
def test_a_chunk_that_claims_the_impossible_is_refused(claim: bytes) -> None:
    with pytest.raises(CorruptChunk):
        decode(claim, METRICS["heart_rate"], DAY)


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda body: b"\x01\x00" + body)))
def test_bytes_that_are_not_a_chunk_are_refused_or_read(data: bytes) -> None:
    try:
        decode(data, METRICS["heart_rate"], DAY)
    except CorruptChunk:
        return


@given(day_batches(largest=20), st.data())
def test_a_shortened_chunk_is_refused(batch: SampleBatch, data: st.DataObject) -> None:
    chunk = encode(batch, DAY)
    length = data.draw(st.integers(0, len(chunk) - 1))
    with pytest.raises(CorruptChunk):
        decode(chunk[:length], batch.metric, DAY)


def test_the_summary_holds_the_figures_of_a_day() -> None:
    batch = batch_of("steps", np.array([10, 20, 40]), np.array([3.0, 1.0, 2.0]))
    first = DAY * DAY_MS
    assert summary(batch) == Summary(3, 1.0, 3.0, 6.0, first + 10_000, first + 40_000)


@given(st.lists(st.sampled_from(["mg/dL", "mmol/L"]), min_size=1, max_size=20))
def test_the_units_that_values_were_told_in_come_back(units: list[str]) -> None:
    metric = METRICS["glucose"]
    starts = DAY * DAY_MS + np.arange(len(units), dtype=np.int64) * 1000
    told = np.array([place_of(metric, unit) for unit in units], np.int16)
    nothing = np.zeros(len(units), np.int64)
    batch = SampleBatch(metric, starts, nothing, np.full(len(units), 99.1), None, nothing.astype(np.int16), told)

    restored = decode(encode(batch, DAY), metric, DAY)

    assert (restored.unit is None) == (set(units) == {"mg/dL"})
    places = nothing if restored.unit is None else restored.unit
    assert [unit_at(metric, place) for place in places.tolist()] == units
    assert bits(restored) == bits(batch)
