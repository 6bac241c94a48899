"""ISO 8601 texts as arrays of instants and UTC offsets, and back never: rows are written from instants."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from healthpartner.canonical.samples import UNKNOWN_OFFSET, Int16s, Int64s

INVALID = np.iinfo(np.int64).min
EARLIEST_MS = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp()) * 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND, _MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)
_ZULU, _ZULU_LENGTHS = ord("Z"), (20, 24)


def parse(texts: Sequence[str]) -> tuple[Int64s, Int16s]:
    """(epoch milliseconds, `INVALID` where a text is no instant; offset in minutes).

    `Z` says which instant, not what the local clock showed, so its offset is unknown.
    """
    quick = _parse_zulu(texts)
    if quick is not None:
        return quick, np.full(len(texts), UNKNOWN_OFFSET, np.int16)
    parsed = [_parse_one(text) for text in texts]
    return (
        np.array([each[0] for each in parsed], np.int64),
        np.array([each[1] for each in parsed], np.int16),
    )


def _parse_zulu(texts: Sequence[str]) -> Int64s | None:
    """The common layout, `2026-03-14T09:00:00Z` with or without milliseconds, all at once."""
    length = len(texts[0]) if texts else 0
    if length not in _ZULU_LENGTHS or set(map(len, texts)) != {length}:
        return None
    try:
        characters = np.frombuffer("".join(texts).encode("ascii"), np.uint8).reshape(-1, length)
        # An array of texts would lose a NUL at the end of one.
        if (characters[:, -1] != _ZULU).any() or not characters.all():
            return None
        local = np.ascontiguousarray(characters[:, :-1]).view(f"S{length - 1}").ravel()
        return local.astype("datetime64[ms]").astype(np.int64)
    except ValueError:
        return None


def _parse_one(text: str) -> tuple[int, int]:
    try:
        instant = datetime.fromisoformat(text)
        offset = instant.utcoffset()
        if offset is None:
            return INVALID, UNKNOWN_OFFSET
        ms = (instant - _EPOCH) // _MILLISECOND
    except (ValueError, OverflowError):
        return INVALID, UNKNOWN_OFFSET
    return ms, UNKNOWN_OFFSET if text[-1] in "Zz" else round(offset / _MINUTE)
