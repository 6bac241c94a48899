"""Packs of days: what comes out is what went in, and what does not belong together stays apart."""

from datetime import date
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleBatch
from healthpartner.domains.metrics.samples import codec
from healthpartner.domains.metrics.samples.chunks import ChunkRow, chunk_of
from healthpartner.domains.metrics.samples.packs import exploded, neighbours, pack, unpack, unpacked
from healthpartner.domains.metrics.samples.wire import CorruptChunk
from tests.domains.metrics.samples.strategies import DAY

SOURCE = 7


@st.composite
def chunks(draw: st.DrawFn) -> ChunkRow:
    """A day of some months; some are thinned, some were written when less was known of them."""
    day = draw(st.integers(DAY, DAY + 80))
    count = draw(st.sampled_from([1, 2, 30, 300]))
    chance = np.random.default_rng(draw(st.integers(0, 1000)))
    starts = np.sort(chance.choice(DAY_MS // 1000, count, replace=False)).astype(np.int64) * 1000 + day * DAY_MS
    offsets = chance.choice(np.array([-480, 60, UNKNOWN_OFFSET], np.int16), count)
    batch = SampleBatch(METRICS["heart_rate"], starts, starts % 7000, chance.normal(70, 9, count), None, offsets)
    chunk = chunk_of(SOURCE, date_of(day), batch)
    chunk = msgspec.structs.replace(chunk, span_minutes=draw(st.sampled_from([None, None, None, 60])))
    return draw(st.sampled_from([chunk, chunk, msgspec.structs.replace(chunk, end_at=None, offset_low=None)]))


series = st.lists(chunks(), min_size=1, max_size=20, unique_by=lambda chunk: chunk.day).map(
    lambda found: sorted(found, key=lambda chunk: chunk.day)
)


@given(series)
def test_what_is_taken_out_of_packs_is_what_was_put_in(found: list[ChunkRow]) -> None:
    packs = [{"samples": pack(each), "day": each[0].day, "source_id": SOURCE} for each in neighbours(found)]

    assert [chunk for row in packs for chunk in unpacked(row)] == found


@given(series)
def test_what_is_read_of_a_pack_are_rows_of_its_days_beside_rows_that_are_no_packs(found: list[ChunkRow]) -> None:
    alone = {"packed": False, "day": date(2001, 1, 1), "name": "alone"}
    packed = {"packed": True, "day": found[0].day, "source_id": SOURCE, "samples": pack(found), "name": "pack"}

    first, *rows = exploded([alone, packed])

    assert first == alone
    for row, chunk in zip(rows, found, strict=True):
        assert row["name"] == "pack"
        assert (row["day"], row["n"], row["end_at"]) == (chunk.day, chunk.n, chunk.end_at)
        assert codec.compressed(row["samples"]) == chunk.samples


@given(series)
def test_neighbours_are_days_of_one_month_that_are_thinned_alike_and_not_too_large(found: list[ChunkRow]) -> None:
    groups = list(neighbours(found))

    assert [chunk for group in groups for chunk in group] == found
    for group in groups:
        assert len({(chunk.day.year, chunk.day.month, chunk.span_minutes) for chunk in group}) == 1
        assert len(group) == 1 or sum(len(chunk.samples) for chunk in group) <= 4000
    for one, other in pairwise(groups):
        size = sum(len(chunk.samples) for chunk in [*one, other[0]])
        assert size > 4000 or (one[0].day.month, one[0].span_minutes) != (other[0].day.month, other[0].span_minutes)


@given(st.binary(max_size=200))
def test_what_is_no_pack_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(CorruptChunk):
        unpack(data, date_of(DAY), SOURCE)


@given(series, st.data())
def test_a_pack_that_is_cut_off_is_said_to_be_broken(found: list[ChunkRow], data: st.DataObject) -> None:
    whole = pack(found)

    with pytest.raises(CorruptChunk):
        unpack(whole[: data.draw(st.integers(0, len(whole) - 1))], found[0].day, SOURCE)
