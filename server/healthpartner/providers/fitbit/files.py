"""What each file of the archive becomes, by the first part of its name."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleSource
from healthpartner.providers.contract import Chunk, DailyTotalChunk, ImportReport, SleepChunk, WorkoutChunk
from healthpartner.providers.fitbit import entries
from healthpartner.providers.fitbit.manifest import SLUG
from healthpartner.providers.fitbit.series import MINUTE_MS, Series, chunk_of
from healthpartner.providers.fitbit.sessions import sleep_session, workout
from healthpartner.providers.fitbit.times import day_of, local_ms, utc_ms
from healthpartner.providers.numbers import finite


class Context(NamedTuple):
    """`zone` is the person's, where the archive says it."""

    report: ImportReport
    zone: str | None
    latest_ms: int


_MINUTES = {
    "steps": Series("steps", "count", MINUTE_MS),
    "distance": Series("distance", "cm", MINUTE_MS),
    "calories": Series("total_calories", "kcal", MINUTE_MS),
}
_DAYS = {
    "very_active_minutes": "vigorous_intensity_minutes",
    "moderately_active_minutes": "moderate_intensity_minutes",
    "lightly_active_minutes": "low_intensity_minutes",
}
# What Fitbit writes where it could not measure the oxygen.
_NO_OXYGEN = 50.0
# Kind: (column of the time, column of the value, series).
_CSV = {
    "Heart Rate Variability Details": ("timestamp", "rmssd", Series("hrv", "ms", 5 * MINUTE_MS)),
    "Minute SpO2": ("timestamp", "value", Series("blood_oxygen", "%", MINUTE_MS)),
}
# The archive has them in pounds, whatever the person's own unit is.
_POUNDS = "lb"


def _minutes(kind: str) -> Callable[[Context, Sequence[entries.Reading]], Iterator[Chunk]]:
    def chunks(context: Context, found: Sequence[entries.Reading]) -> Iterator[Chunk]:
        values = [each.value if isinstance(each.value, float) else finite(each.value) for each in found]
        yield from _samples(context, _MINUTES[kind], [utc_ms(each.date_time) for each in found], values, kind)

    return chunks


def _days(kind: str) -> Callable[[Context, Sequence[entries.Reading]], Iterator[Chunk]]:
    def chunks(context: Context, found: Sequence[entries.Reading]) -> Iterator[Chunk]:
        told = [(each.date_time, each.value if isinstance(each.value, float) else finite(each.value)) for each in found]
        yield from _totals(context, _DAYS[kind], told, kind)

    return chunks


def _heart_rate(context: Context, found: Sequence[entries.HeartReading]) -> Iterator[Chunk]:
    """A reading that Fitbit has no confidence in is a guess of its own, not a measurement."""
    sure = [each for each in found if each.value.confidence > 0]
    context.report.records_read += len(found) - len(sure)
    context.report.skip("no_confidence", "heart_rate", len(found) - len(sure))
    times, values = [utc_ms(each.date_time) for each in sure], [each.value.bpm for each in sure]
    yield from _samples(context, Series("heart_rate", "bpm"), times, values, "heart_rate")


def _resting(context: Context, found: Sequence[entries.RestingReading]) -> Iterator[Chunk]:
    told = [(each.value.date or each.date_time, each.value.value or None) for each in found]
    yield from _totals(context, "resting_heart_rate", told, "resting_heart_rate")


def _vo2_max(context: Context, found: Sequence[entries.Vo2Reading]) -> Iterator[Chunk]:
    values = [each.value.filtered or each.value.demographic for each in found]
    times = [utc_ms(each.date_time) for each in found]
    yield from _samples(context, Series("vo2_max", "mL/kg/min"), times, values, "demographic_vo2_max")


def _weight(context: Context, found: Sequence[entries.Weight]) -> Iterator[Chunk]:
    """One entry is up to three samples; it counts once."""
    times = [utc_ms(f"{each.date} {each.time}") for each in found]
    yield from _samples(context, Series("weight", _POUNDS), times, [each.weight for each in found], "weight")
    for series, values in (
        (Series("bmi", "kg/m²"), [each.bmi for each in found]),
        (Series("body_fat", "%"), [each.fat for each in found]),
    ):
        known = [(time, value) for time, value in zip(times, values, strict=True) if value is not None]
        if known:
            aside = ImportReport()
            told = ([time for time, _ in known], [value for _, value in known])
            chunk = chunk_of(series, *told, context.zone, aside, context.latest_ms, "weight")
            if chunk is not None:
                context.report.keep(chunk, records=0)
                yield chunk


def _sleep(context: Context, found: Sequence[entries.Sleep]) -> Iterator[Chunk]:
    sessions = []
    for each in found:
        context.report.records_read += 1
        session = sleep_session(each, context.zone)
        if isinstance(session, str):
            context.report.skip(session, "sleep")
        elif session.end_ms > context.latest_ms:
            context.report.skip("in_the_future", "sleep")
        else:
            sessions.append(session)
    if sessions:
        chunk = SleepChunk(SampleSource(SLUG), sessions)
        context.report.keep(chunk)
        yield chunk


def _exercise(context: Context, found: Sequence[entries.Exercise]) -> Iterator[Chunk]:
    for each in found:
        context.report.records_read += 1
        session = workout(each, context.zone)
        if isinstance(session, str):
            context.report.skip(session, "exercise")
        elif session.end_ms > context.latest_ms:
            context.report.skip("in_the_future", "exercise")
        else:
            device = each.source.name[:200] if each.source and each.source.name else None
            chunk = WorkoutChunk(SampleSource(SLUG, device), [session])
            context.report.keep(chunk)
            yield chunk


def _samples(
    context: Context, series: Series, times: Sequence[int | None], values: Sequence[float | None], detail: str
) -> Iterator[Chunk]:
    chunk = chunk_of(series, times, values, context.zone, context.report, context.latest_ms, detail)
    if chunk is not None:
        yield chunk


def _totals(
    context: Context, slug: str, told: Sequence[tuple[str, float | None]], detail: str
) -> Iterator[DailyTotalChunk]:
    metric, totals = METRICS[slug], []
    for text, value in told:
        context.report.records_read += 1
        day = day_of(text[:8])
        if day is None or value is None:
            context.report.skip("bad_date" if day is None else "bad_value", detail)
        elif not metric.minimum <= value <= metric.maximum:
            context.report.skip("out_of_range", detail)
        else:
            totals.append(DailyTotal(metric.code, day, value))
    if totals:
        chunk = DailyTotalChunk(SampleSource(SLUG), totals)
        context.report.keep(chunk)
        yield chunk


def csv_chunks(context: Context, kind: str, content: bytes) -> Iterator[Chunk]:
    when, what, series = _CSV[kind]
    times: list[int | None] = []
    values: list[float | None] = []
    try:
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"))):
            found = local_ms(row.get(when) or "", context.zone)
            times.append(None if found is None else found[0])
            value = finite(row.get(what) or "")
            values.append(None if series.metric == "blood_oxygen" and value == _NO_OXYGEN else value)
    except csv.Error:
        context.report.records_read += 1
        context.report.skip("file_damaged", kind)
    if times:
        yield from _samples(context, series, times, values, kind)


_Chunks = Callable[[Context, Sequence[Any]], Iterator[Chunk]]

TABLES = frozenset(_CSV)
"""Kinds that are tables of text, for `csv_chunks`."""

KINDS: Mapping[str, tuple[Any, _Chunks]] = {
    **{kind: (entries.Reading, _minutes(kind)) for kind in _MINUTES},
    **{kind: (entries.Reading, _days(kind)) for kind in _DAYS},
    "heart_rate": (entries.HeartReading, _heart_rate),
    "resting_heart_rate": (entries.RestingReading, _resting),
    "demographic_vo2_max": (entries.Vo2Reading, _vo2_max),
    "weight": (entries.Weight, _weight),
    "sleep": (entries.Sleep, _sleep),
    "exercise": (entries.Exercise, _exercise),
}
"""By kind: what its entries are, and what is made of them."""
