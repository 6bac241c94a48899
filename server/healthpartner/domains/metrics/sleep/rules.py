"""Which items of a call are sound, and what they become."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from healthpartner.canonical.samples import DAY_MS
from healthpartner.canonical.sleep import SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.domains.metrics.items import instants
from healthpartner.domains.metrics.items.schemas import ItemError
from healthpartner.domains.metrics.sessions.rules import Bounds, bounds_of, heart_rate_fault, parsed, text_fault
from healthpartner.domains.metrics.sessions.schemas import HeartRate
from healthpartner.domains.metrics.sleep.schemas import SleepItem, Stages

LONGEST_MS = DAY_MS
# What devices and partners round away.
TOLERANCE_SECONDS = 60

_EARLIEST_CLOCK, _LATEST_CLOCK = timedelta(hours=-12), timedelta(hours=14)


def examine(item: SleepItem, now_ms: int) -> SleepSession | ItemError:
    found = bounds_of(item.start, item.end, now_ms, LONGEST_MS)
    if isinstance(found, ItemError):
        return found
    stages = _intervals(item, found)
    if isinstance(stages, ItemError):
        return stages
    fault = _date_fault(item, found) or _totals_fault(item, found)
    fault = fault or heart_rate_fault(item.heart_rate) or text_fault(client_id=item.client_id)
    if fault:
        return fault
    offset = found.end_offset if found.end_offset is not None else found.start_offset
    return SleepSession(
        found.start_ms,
        found.end_ms,
        offset_minutes=offset,
        stages=stages,
        is_nap=item.is_nap,
        external_id=item.client_id,
        day=item.date,
        figures=_figures(item),
    )


def _intervals(item: SleepItem, found: Bounds) -> tuple[StageInterval, ...] | ItemError:
    """By time."""
    given = item.stage_intervals or []
    starts = parsed([each.start for each in given])
    ends = parsed([each.end for each in given])
    stages: list[tuple[StageInterval, int]] = []
    for place, (each, start_ms, end_ms) in enumerate(zip(given, starts, ends, strict=True)):
        where = f"stage_intervals.{place}"
        if instants.INVALID in (start_ms, end_ms):
            name = "start" if start_ms == instants.INVALID else "end"
            return ItemError("invalid_value", "an instant with Z or an offset is needed", f"{where}.{name}")
        if end_ms <= start_ms:
            return ItemError("invalid_value", "the end must be after the start", f"{where}.end")
        if start_ms < found.start_ms or end_ms > found.end_ms:
            name = "start" if start_ms < found.start_ms else "end"
            return ItemError("out_of_range", "outside the session", f"{where}.{name}")
        stages.append((StageInterval(SleepStage[each.stage], start_ms, end_ms), place))
    stages.sort(key=lambda each: each[0].start_ms)
    return _overlap_fault(stages) or tuple(each for each, _ in stages)


def _overlap_fault(stages: Sequence[tuple[StageInterval, int]]) -> ItemError | None:
    for (before, _), (after, place) in pairwise(stages):
        if after.start_ms < before.end_ms:
            return ItemError("invalid_value", "overlaps another interval", f"stage_intervals.{place}.start")
    return None


def _date_fault(item: SleepItem, found: Bounds) -> ItemError | None:
    earliest = (found.end + _EARLIEST_CLOCK).date()
    latest = (found.end + _LATEST_CLOCK).date()
    if earliest <= item.date <= latest:
        return None
    return ItemError("invalid_value", "the local day of waking is needed", "date")


def _totals_fault(item: SleepItem, found: Bounds) -> ItemError | None:
    """None of the totals may be more than the time that it is part of."""
    whole = (found.end_ms - found.start_ms) / 1000
    stages = item.stages or Stages()
    asleep = sum(each or 0 for each in (stages.deep_seconds, stages.light_seconds, stages.rem_seconds))
    in_bed = whole if item.time_in_bed_seconds is None else item.time_in_bed_seconds
    duration = in_bed if item.duration_seconds is None else item.duration_seconds
    for value, most, field, of in (
        (in_bed, whole, "time_in_bed_seconds", "from start to end"),
        (duration, in_bed, "duration_seconds", "in bed"),
        (asleep + (stages.awake_seconds or 0), whole, "stages", "from start to end"),
        (asleep, duration, "stages", "asleep"),
    ):
        if value > most + TOLERANCE_SECONDS:
            return ItemError("out_of_range", f"more than the time {of}", field)
    return None


def _figures(item: SleepItem) -> SleepFigures:
    stages, heart_rate = item.stages or Stages(), item.heart_rate or HeartRate()
    return SleepFigures(
        duration_seconds=item.duration_seconds,
        time_in_bed_seconds=item.time_in_bed_seconds,
        efficiency_percent=item.efficiency_percent,
        deep_seconds=stages.deep_seconds,
        light_seconds=stages.light_seconds,
        rem_seconds=stages.rem_seconds,
        awake_seconds=stages.awake_seconds,
        heart_rate_min=heart_rate.min,
        heart_rate_mean=heart_rate.mean,
        heart_rate_max=heart_rate.max,
        heart_rate_resting=heart_rate.resting,
        hrv_ms=item.hrv_ms,
        respiratory_rate=item.respiratory_rate,
    )
