"""Samples as parts of days: what spans a midnight is split there, in proportion to the time on either side."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import DAY_MS, Float64s, Int64s
from healthpartner.domains.metrics.fusion.clocks import MS_PER_MINUTE, Clocked, midnight, offsets_at

# A sample without an end stands for the minute that it begins.
MOMENT_MS = MS_PER_MINUTE
# Longer ones count whole on the day on which they start.
LONGEST_MS = 31 * DAY_MS
# What is averaged or picked keeps others out for a day at most, so that no day's figure depends on days far from it.
LONGEST_CLAIM_MS = DAY_MS

Index = NDArray[np.intp] | NDArray[np.bool_] | slice


class Parts(NamedTuple):
    """Parts of one source's samples, by start.

    `end_ms` is up to where each has measured, `day` is since 1970, `shift_ms` is local time minus UTC; `floating` ones
    came without an offset.
    """

    start_ms: Int64s
    end_ms: Int64s
    value: Float64s
    day: Int64s
    shift_ms: Int64s
    floating: NDArray[np.bool_]

    @property
    def last_day(self) -> Int64s:
        """The day on which each part ends, by the clock of its start."""
        return (self.end_ms - 1 + self.shift_ms) // DAY_MS

    def take(self, index: Index) -> "Parts":
        return Parts(
            self.start_ms[index],
            self.end_ms[index],
            self.value[index],
            self.day[index],
            self.shift_ms[index],
            self.floating[index],
        )


def whole(found: Clocked) -> Parts:
    """Each sample one part, on the day on which it starts: for what is averaged or picked."""
    batch = found.batch
    shift = batch.offset_minutes.astype(np.int64) * MS_PER_MINUTE
    ends = batch.start_ms + measured(batch.duration_ms)
    return Parts(batch.start_ms, ends, batch.value, (batch.start_ms + shift) // DAY_MS, shift, found.floating)


def claims(parts: Parts) -> Parts:
    """Of samples that are one part each: the time that they keep others out of."""
    return parts._replace(end_ms=np.minimum(parts.end_ms, parts.start_ms + LONGEST_CLAIM_MS))


def split(found: Clocked, timezone: str | None) -> Parts:
    """Parts that each lie within one day: for what is summed."""
    return split_rows(found, timezone)[0]


def split_rows(found: Clocked, timezone: str | None) -> tuple[Parts, NDArray[np.intp]]:
    """As `split`, with the row that each part is of."""
    parts, duration = whole(found), _duration(found.batch.duration_ms)
    shift = parts.shift_ms
    midnights = (parts.day + 1) * DAY_MS - shift
    floating = found.assumed & (duration > 0) if timezone is not None else np.zeros(len(shift), np.bool_)
    if floating.any():
        # The clock may change before midnight.
        later = offsets_at(parts.end_ms[floating] - 1, timezone).astype(np.int64) * MS_PER_MINUTE
        changed = np.flatnonzero(floating)[later != shift[floating]]
        midnights[changed] = [midnight(day + 1, timezone) for day in parts.day[changed].tolist()]
    crossing = parts.end_ms > midnights
    moments = parts._replace(end_ms=np.minimum(parts.end_ms, midnights))
    crossing &= duration > 0
    if not crossing.any():
        return moments, np.arange(len(duration))
    pieces = [
        _pieces(parts, at, int(shift[at]), timezone if floating[at] else None, floating=bool(floating[at]))
        for at in np.flatnonzero(crossing).tolist()
    ]
    joined = joined_parts([moments.take(~crossing), *pieces])
    counts = [len(piece.value) for piece in pieces]
    rows = np.concatenate([np.flatnonzero(~crossing), np.repeat(np.flatnonzero(crossing), counts)])
    order = np.argsort(joined.start_ms, kind="stable")
    return joined.take(order), rows[order]


def joined_parts(several: Sequence[Parts]) -> Parts:
    if len(several) == 1:
        return several[0]
    return Parts(*(np.concatenate(columns) for columns in zip(*several, strict=True)))


def _pieces(parts: Parts, at: int, shift: int, timezone: str | None, *, floating: bool) -> Parts:
    """One sample cut at every midnight that it spans."""
    start, end, value, day, _, unknown = (column[at].item() for column in parts)
    cuts = [start]
    days = [day]
    while (cut := midnight(days[-1] + 1, timezone) if floating else (days[-1] + 1) * DAY_MS - shift) < end:
        cuts.append(cut)
        days.append(days[-1] + 1)
    starts = np.array(cuts, np.int64)
    ends = np.array([*cuts[1:], end], np.int64)
    values = value * (ends - starts) / (end - start)
    shifts = [shift, *(first * DAY_MS - cut for first, cut in zip(days[1:], cuts[1:], strict=True))]
    return Parts(
        starts,
        ends,
        values,
        np.array(days, np.int64),
        np.array(shifts, np.int64),
        np.full(len(days), unknown, np.bool_),
    )


def _duration(duration_ms: Int64s) -> Int64s:
    return np.where((duration_ms < 0) | (duration_ms > LONGEST_MS), 0, duration_ms)


def measured(duration_ms: Int64s) -> Int64s:
    """How long samples have measured."""
    duration = _duration(duration_ms)
    return np.where(duration == 0, MOMENT_MS, duration)
