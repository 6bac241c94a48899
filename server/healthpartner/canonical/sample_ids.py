"""Ids of samples, derived from what identifies them, so that no index has to hold them.

A UUIDv8 (RFC 9562): 48 bits instant in milliseconds (+ 2^47, so that earlier than 1970 sorts first), version,
12 bits tag, variant, 16 bits metric code, 32 bits source id, 14 bits tag. The source id belongs to one member,
so an id is unique over all members.
"""

from uuid import UUID

import numpy as np
from numpy.typing import NDArray

_MS_BIAS = 1 << 47
_TAG = 0x5A9
_TAIL = 0x1E57
_FIXED = 0x8 << 76 | _TAG << 64 | 0x2 << 62 | _TAIL
_FIXED_MASK = 0xFFFF << 64 | 0x3 << 62 | 0x3FFF
_HALF = 64


def sample_id(metric_code: int, source_id: int, start_ms: int) -> UUID:
    """The id of a sample. Raises ValueError when a part does not fit its field."""
    if not (0 <= metric_code < 1 << 16 and 0 <= source_id < 1 << 32 and -_MS_BIAS <= start_ms < _MS_BIAS):
        raise ValueError("metric code, source id or instant is out of range")
    return UUID(int=_FIXED | start_ms + _MS_BIAS << 80 | metric_code << 46 | source_id << 14)


def sample_id_halves(metric_code: int, source_ids: NDArray[np.int64], start_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """`sample_id` of many samples of a metric, whose parts fit: a row for each, of two signed halves."""
    upper = (start_ms + _MS_BIAS).view(np.uint64) << np.uint64(16) | np.uint64(_FIXED >> _HALF)
    fixed = np.uint64(_FIXED & (1 << _HALF) - 1 | metric_code << 46)
    lower = source_ids.view(np.uint64) << np.uint64(14) | fixed
    return np.column_stack((upper, lower)).view(np.int64)


def parse_sample_id(value: UUID) -> tuple[int, int, int] | None:
    """(metric code, source id, start in ms), or None for a UUID that was not made here."""
    number = value.int
    if number & _FIXED_MASK != _FIXED:
        return None
    return number >> 46 & 0xFFFF, number >> 14 & 0xFFFF_FFFF, (number >> 80) - _MS_BIAS


def instants_and_metrics(
    upper: NDArray[np.int64], lower: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(starts in ms, metric codes) of ids that were made here, each id as its two signed halves."""
    starts_ms = (upper.view(np.uint64) >> np.uint64(16)).astype(np.int64) - _MS_BIAS
    return starts_ms, (lower.view(np.uint64) >> np.uint64(46)).astype(np.int64) & 0xFFFF
