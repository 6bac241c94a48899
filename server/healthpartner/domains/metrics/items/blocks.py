"""A neighbourhood's places and the entries that they stand for, as bytes and back.

version u8 | zstandard of three columns, each as the differences of its 64-bit integers, a byte of all of them after the
other: the place and the two halves of the entry's id. Neighbours mostly differ by the same steps, which then take nothing.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import zstandard

from healthpartner.canonical.sample_ids import instants_and_metrics
from healthpartner.canonical.samples import Int64s
from healthpartner.domains.metrics.items.entry_ids import halves_of, texts_of
from healthpartner.domains.metrics.items.neighbours import PLACES

VERSION = 1

_LEVEL = 3
_COLUMNS = 3
_EACH = _COLUMNS * 8
_LARGEST = PLACES * _EACH
_HALF = (1 << 64) - 1


class CorruptBlock(Exception):
    """What is stored was not written here."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Each place once, in no order; `entries` are the halves of ids, a row for each."""

    places: Int64s
    entries: Int64s

    def __len__(self) -> int:
        return len(self.places)

    def at(self, places: Int64s) -> Int64s:
        """Where in the block each place is, -1 for those that it does not have."""
        index = np.full(PLACES, -1)
        index[self.places] = np.arange(len(self))
        found: Int64s = index[places]
        return found

    def texts(self, at: Int64s) -> list[str]:
        """The entries' ids."""
        return texts_of(self.entries[at])

    def joined(self, other: "Block") -> "Block":
        """`other` has none of the places here."""
        return Block(np.concatenate([self.places, other.places]), np.concatenate([self.entries, other.entries]))

    def without(self, entry_ids: Sequence[UUID]) -> "Block":
        gone = halves_of([str(entry_id) for entry_id in entry_ids])
        kept = (self.entries[:, None] != gone).any(axis=2).all(axis=1)
        return Block(self.places[kept], self.entries[kept])

    def without_older(self, all_before_ms: int, before_ms: int, metrics: Sequence[int]) -> "Block":
        """Without entries of samples from before an instant, up to a later one of some metrics only."""
        starts_ms, codes = instants_and_metrics(self.entries[:, 0], self.entries[:, 1])
        gone = (starts_ms < all_before_ms) | (starts_ms < before_ms) & np.isin(codes, metrics)
        return Block(self.places[~gone], self.entries[~gone])

    def bounds(self) -> tuple[UUID, UUID]:
        """No entry has an id below the first or above the second. The block must not be empty."""
        # Unsigned, as UUIDs are ordered.
        first = self.entries[:, 0].view(np.uint64)
        return UUID(int=int(first.min()) << 64), UUID(int=int(first.max()) << 64 | _HALF)


class _Zstandard(threading.local):
    """A compressor holds state, so each thread has its own."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True)
        self.decompressor = zstandard.ZstdDecompressor()


_zstandard = _Zstandard()


def encode(block: Block) -> bytes:
    columns = np.vstack((block.places, block.entries.T))
    steps = np.diff(columns, axis=1, prepend=0).astype("<i8")
    planes = np.ascontiguousarray(steps).view(np.uint8).reshape(_COLUMNS, -1, 8).transpose(0, 2, 1)
    return bytes((VERSION,)) + _zstandard.compressor.compress(planes.tobytes())


def decode(data: bytes) -> Block:
    """Raises CorruptBlock."""
    if not data or data[0] != VERSION:
        raise CorruptBlock("the block has an unknown version")
    try:
        if zstandard.frame_content_size(data[1:]) > _LARGEST:
            raise CorruptBlock("the block claims to be too large")
        octets = _zstandard.decompressor.decompress(data[1:])
    except zstandard.ZstdError as error:
        raise CorruptBlock("the block cannot be decompressed") from error
    if not octets or len(octets) % _EACH:
        raise CorruptBlock("the block has columns of different lengths")
    planes = np.frombuffer(octets, np.uint8).reshape(_COLUMNS, 8, -1).transpose(0, 2, 1)
    columns = np.cumsum(np.ascontiguousarray(planes).view("<i8")[:, :, 0], axis=1)
    return Block(columns[0], np.ascontiguousarray(columns[1:].T))
