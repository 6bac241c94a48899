"""The clock at each sample: its own offset where it came with one, else that of the member's time zone.

A moment has one clock. Where sources that overlap say different ones, that of the highest source which knows it counts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, Int16s, Int64s, SampleBatch, SourcedBatch

MS_PER_MINUTE = 60_000

_MINUTE = timedelta(minutes=1)
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)

Mask = NDArray[np.bool_]


class Clocked(NamedTuple):
    """Samples whose offsets are all set: which came without one, and which of those have that of the time zone."""

    batch: SampleBatch
    floating: Mask
    assumed: Mask


def clocked(batch: SampleBatch, timezone: str | None) -> Clocked:
    """Without a time zone, UTC."""
    unknown = batch.offset_minutes == UNKNOWN_OFFSET
    if not unknown.any():
        return Clocked(batch, unknown, unknown)
    offsets = batch.offset_minutes.copy()
    offsets[unknown] = offsets_at(batch.start_ms[unknown], timezone)
    return Clocked(replace(batch, offset_minutes=offsets), unknown, unknown)


def offsets_at(instants_ms: Int64s, timezone: str | None) -> Int16s:
    """The offset of a zone at each instant, in minutes."""
    if timezone is None or not len(instants_ms):
        return np.zeros(len(instants_ms), np.int16)
    days, at = np.unique(instants_ms // DAY_MS, return_inverse=True)
    table = np.array([_offsets_of(day, timezone) for day in days.tolist()], np.int64)
    before, changes_ms, after = table[at].T
    offsets: Int16s = np.where(instants_ms < changes_ms, before, after).astype(np.int16)
    return offsets


@lru_cache(65_536)
def midnight(day: int, timezone: str | None) -> int:
    """When a calendar day (since 1970) begins in a zone, in epoch milliseconds."""
    if timezone is None:
        return day * DAY_MS
    local = datetime.combine(_EPOCH_DAY + timedelta(days=day), datetime.min.time(), ZoneInfo(timezone))
    return (local.astimezone(UTC) - _EPOCH) // _MILLISECOND


def on_one_clock(ranked: Sequence[SourcedBatch], timezone: str | None) -> list[Clocked]:
    """Every offset known, and the same for what overlaps."""
    found = [clocked(each.batch, timezone) for each in ranked]
    if not are_mixed(found):
        return found
    known = [each.batch.take(_knows_clock(each.batch)) for each in ranked]
    return [_agreed(each, known, place) for place, each in enumerate(found)]


def are_mixed(found: Sequence[Clocked]) -> bool:
    """Whether several sources say more than one offset."""
    offsets = [each.batch.offset_minutes for each in found if len(each.batch)]
    return len(offsets) > 1 and len({int(edge) for each in offsets for edge in (each.min(), each.max())}) > 1


def _knows_clock(batch: SampleBatch) -> Mask:
    """Which samples tell the clock of a moment: those with an offset that are not longer than a day."""
    known: Mask = (batch.offset_minutes != UNKNOWN_OFFSET) & (batch.duration_ms <= DAY_MS)
    return known


def _agreed(mine: Clocked, known: Sequence[SampleBatch], place: int) -> Clocked:
    """A sample that knows its offset yields to higher sources only, one that does not to any."""
    batch, floating, assumed = mine
    offsets = batch.offset_minutes.copy()
    # Longer ones have no clock of one moment.
    asking = batch.duration_ms <= DAY_MS
    for other, authority in enumerate(known):
        if other == place or not len(authority):
            continue
        met, offset = _overlapped(batch, authority)
        told = met & (asking if other < place else asking & assumed)
        offsets[told] = offset[told]
        asking = asking & ~told
        assumed = assumed & ~told
    return Clocked(replace(batch, offset_minutes=offsets), floating, assumed)


def _overlapped(batch: SampleBatch, other: SampleBatch) -> tuple[Mask, Int16s]:
    """(which samples the other's overlap, the offset of the other's last one before each ends)."""
    ends = batch.start_ms + np.maximum(batch.duration_ms, MS_PER_MINUTE)
    reach = np.maximum.accumulate(other.start_ms + np.maximum(other.duration_ms, MS_PER_MINUTE))
    at = np.searchsorted(other.start_ms, ends) - 1
    first = np.maximum(at, 0)
    return (at >= 0) & (reach[first] > batch.start_ms), other.offset_minutes[first]


@lru_cache(65_536)
def _offsets_of(day: int, timezone: str) -> tuple[int, int, int]:
    """(offset as a UTC day begins, the instant of its change, offset afterwards); no zone changes twice a day."""
    zone = ZoneInfo(timezone)
    first, last = day * DAY_MS, (day + 1) * DAY_MS
    before, after = _offset(first, zone), _offset(last, zone)
    if before == after:
        return before, last, after
    while last - first > 1000:  # noqa: PLR2004 - changes are on whole seconds
        middle = (first + last) // 2000 * 1000
        first, last = (middle, last) if _offset(middle, zone) == before else (first, middle)
    return before, last, after


def _offset(ms: int, zone: ZoneInfo) -> int:
    return ((_EPOCH + timedelta(milliseconds=ms)).astimezone(zone).utcoffset() or timedelta(0)) // _MINUTE
