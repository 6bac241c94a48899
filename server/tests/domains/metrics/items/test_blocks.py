"""A neighbourhood's entries as bytes and back."""

from uuid import UUID

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.sample_ids import sample_id
from healthpartner.domains.metrics.items.blocks import Block, CorruptBlock, decode, encode
from healthpartner.domains.metrics.items.entry_ids import halves_of
from healthpartner.domains.metrics.items.neighbours import PLACES

contents = st.dictionaries(st.integers(0, PLACES - 1), st.uuids(), min_size=1, max_size=60)


def block_of(entries: dict[int, UUID]) -> Block:
    return Block(np.array(list(entries), np.int64), halves_of([str(entry) for entry in entries.values()]))


def entries_of(block: Block) -> dict[int, UUID]:
    texts = block.texts(np.arange(len(block)))
    return {place: UUID(text) for place, text in zip(block.places.tolist(), texts, strict=True)}


@given(contents)
def test_a_block_comes_back_as_it_was(entries: dict[int, UUID]) -> None:
    assert entries_of(decode(encode(block_of(entries)))) == entries


@given(contents)
def test_bounds_hold_every_entry(entries: dict[int, UUID]) -> None:
    lowest, highest = block_of(entries).bounds()

    assert all(lowest <= entry <= highest for entry in entries.values())


@given(contents, st.integers(0, PLACES - 1))
def test_each_place_is_found_and_no_other(entries: dict[int, UUID], place: int) -> None:
    block = block_of(entries)

    (at,) = block.at(np.array([place]))

    assert (at < 0) == (place not in entries)
    if at >= 0:
        assert block.texts(np.array([at])) == [str(entries[place])]


def test_samples_by_the_minute_take_less_than_a_quarter_of_a_byte_each() -> None:
    entries = {n: sample_id(2, 77, 1_767_225_600_000 + 60_000 * n) for n in range(PLACES)}

    assert len(encode(block_of(entries))) < PLACES / 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x02" + encode(block_of({1: UUID(int=1)}))[1:],
        encode(block_of({1: UUID(int=1)}))[:-3],
        b"\x01" + zstandard.ZstdCompressor().compress(bytes(25 * 8 * PLACES)),
        b"\x01" + zstandard.ZstdCompressor().compress(bytes(25)),
    ],
)
def test_what_is_no_block_is_refused(data: bytes) -> None:
    with pytest.raises(CorruptBlock):
        decode(data)
