"""The columns of each file, and what lies in the database as rows of them and back."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS, METRICS_BY_CODE, Metric
from healthpartner.canonical.samples import UNKNOWN_OFFSET, Int16s, SampleBatch, SampleSource, Thinned
from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.units import original
from healthpartner.canonical.workouts import Route, Workout
from healthpartner.providers.contract import Chunk, DailyTotalChunk, SampleChunk, SleepChunk, WorkoutChunk

_NAME = pa.dictionary(pa.int32(), pa.string())
_SOURCE = [("provider", _NAME), ("device", _NAME)]
_MS = pa.timestamp("ms", tz="UTC")
_NUMBERS = pa.list_(pa.float64())

SAMPLES = pa.schema(
    [
        ("metric", _NAME),
        *_SOURCE,
        ("start", _MS),
        ("duration_ms", pa.int64()),
        ("value", pa.float64()),
        ("second", pa.float64()),
        ("offset_minutes", pa.int16()),
        # Of spans of thinned days: how many samples each stands for, and what its mean weighs.
        ("samples", pa.int64()),
        ("weight", pa.float64()),
        # Of what the source told in another unit, as it told it; of two components the unit alone.
        ("original_value", pa.float64()),
        ("original_unit", _NAME),
    ]
)
DAILY_FIGURES = pa.schema(
    [
        ("metric", _NAME),
        ("day", pa.date32()),
        ("value", pa.float64()),
        ("minimum", pa.float64()),
        ("maximum", pa.float64()),
        ("samples", pa.int32()),
    ]
)
DAILY_TOTALS = pa.schema(
    [
        ("metric", _NAME),
        *_SOURCE,
        ("day", pa.date32()),
        ("value", pa.float64()),
        ("minimum", pa.float64()),
        ("maximum", pa.float64()),
        ("offset_minutes", pa.int16()),
    ]
)
# What a session is beside its times is told whole, as JSON.
# Rows are in the order in which they were accepted; files of earlier releases have none, and do not say so.
_ORDERED = {"rows": "as accepted"}
SLEEP = pa.schema([*_SOURCE, ("start", _MS), ("end", _MS), ("session", pa.string())], _ORDERED)
WORKOUTS = pa.schema(
    [
        *_SOURCE,
        ("start", _MS),
        ("end", _MS),
        ("sport", _NAME),
        ("workout", pa.string()),
        ("route_at", pa.list_(_MS)),
        ("route_latitude", _NUMBERS),
        ("route_longitude", _NUMBERS),
        ("route_altitude_m", _NUMBERS),
    ],
    _ORDERED,
)
_ROUTE = ("route_at", "route_latitude", "route_longitude", "route_altitude_m")


def table_of(chunk: Chunk) -> pa.Table:
    match chunk:
        case SampleChunk(source, batch):
            return _samples(source, batch)
        case DailyTotalChunk(source, totals):
            rows = [{"metric": METRICS_BY_CODE[each.metric].slug, **_named(source), **_total(each)} for each in totals]
            return pa.Table.from_pylist(rows, DAILY_TOTALS)
        case SleepChunk(source, sessions):
            return pa.Table.from_pylist([{**_named(source), **_sleep(each)} for each in sessions], SLEEP)
        case WorkoutChunk(source, workouts):
            return pa.Table.from_pylist([{**_named(source), **_workout(each)} for each in workouts], WORKOUTS)


def chunks_of(table: pa.Table) -> Iterator[Chunk]:
    """Rows of a file as chunks, one for each source and metric in them."""
    if "end" in table.column_names and b"rows" not in (table.schema.metadata or {}):
        # Which of several with one start was told last is not known: the longest.
        table = table.sort_by("end")
    keys = [name for name in ("metric", "provider", "device") if name in table.column_names]
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row, key in enumerate(zip(*[table.column(name).to_pylist() for name in keys], strict=True)):
        groups.setdefault(key, []).append(row)
    for key, rows in groups.items():
        part = table.take(rows)
        source = SampleSource(key[-2], key[-1] or None)
        if "duration_ms" in part.schema.names:
            yield SampleChunk(source, _batch(part, key[0]))
        elif part.schema.names == DAILY_TOTALS.names:
            yield DailyTotalChunk(source, [_to_total(row) for row in part.to_pylist()])
        elif part.schema.names == SLEEP.names:
            sessions = part.column("session").to_pylist()
            yield SleepChunk(source, [msgspec.json.decode(each, type=SleepSession) for each in sessions])
        else:
            yield WorkoutChunk(source, [_to_workout(row) for row in part.to_pylist()])


def _named(source: SampleSource) -> dict[str, Any]:
    return {"provider": source.provider, "device": source.device or ""}


def _samples(source: SampleSource, batch: SampleBatch) -> pa.Table:
    count = len(batch)

    def same(text: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))

    unknown = batch.offset_minutes == UNKNOWN_OFFSET
    thinned = batch.thinned or Thinned(np.zeros(count, np.int64), np.ones(count))
    return pa.table(
        [
            same(batch.metric.slug),
            same(source.provider),
            same(source.device or ""),
            pa.array(batch.start_ms).cast(_MS),
            pa.array(batch.duration_ms),
            pa.array(batch.value),
            pa.nulls(count, pa.float64()) if batch.second is None else pa.array(batch.second),
            pa.array(batch.offset_minutes, mask=unknown),
            pa.array(thinned.samples, mask=thinned.samples == 0),
            pa.array(thinned.weight, mask=thinned.samples == 0),
            *_originals(batch),
        ],
        schema=SAMPLES,
    )


def _batch(part: pa.Table, slug: str) -> SampleBatch:
    metric = METRICS[slug]

    def column(name: str) -> Any:
        return part.column(name).combine_chunks()

    return SampleBatch(
        metric,
        column("start").cast(pa.int64()).to_numpy(zero_copy_only=False),
        column("duration_ms").to_numpy(zero_copy_only=False),
        column("value").to_numpy(zero_copy_only=False),
        column("second").to_numpy(zero_copy_only=False) if metric.has_second else None,
        column("offset_minutes").fill_null(UNKNOWN_OFFSET).to_numpy(zero_copy_only=False).astype(np.int16),
        _units(part, metric),
        _thinned(part),
    )


def _originals(batch: SampleBatch) -> list[pa.Array]:
    """The columns of the values and the units that the source told."""
    if batch.unit is None:
        return [pa.nulls(len(batch), pa.float64()), pa.nulls(len(batch), _NAME)]
    told = [
        original(batch.metric, place, value)
        for place, value in zip(batch.unit.tolist(), batch.value.tolist(), strict=True)
    ]
    return [
        pa.array([each.get("original_value") for each in told], pa.float64()),
        pa.array([each.get("original_unit") for each in told], pa.string()).dictionary_encode(),
    ]


def _units(part: pa.Table, metric: Metric) -> Int16s | None:
    """Files of earlier releases do not tell them; a unit that the catalogue has no more is read as the canonical one."""
    if "original_unit" not in part.schema.names or part.column("original_unit").null_count == len(part):
        return None
    places = {unit: place for place, unit in enumerate(metric.units)}
    return np.array([places.get(unit, 0) for unit in part.column("original_unit").to_pylist()], np.int16)


def _thinned(part: pa.Table) -> Thinned | None:
    """Files of earlier releases do not tell of any."""
    if "weight" not in part.schema.names or part.column("samples").null_count == len(part):
        return None
    samples, weight = part.column("samples").combine_chunks(), part.column("weight").combine_chunks()
    return Thinned(
        samples.fill_null(0).to_numpy(zero_copy_only=False), weight.fill_null(1.0).to_numpy(zero_copy_only=False)
    )


def _total(total: DailyTotal) -> dict[str, Any]:
    names = ("day", "value", "minimum", "maximum", "offset_minutes")
    return {name: getattr(total, name) for name in names}


def _to_total(row: dict[str, Any]) -> DailyTotal:
    day: date = row["day"]
    told = [row[name] for name in ("value", "minimum", "maximum", "offset_minutes")]
    return DailyTotal(METRICS[row["metric"]].code, day, *told)


def _sleep(session: SleepSession) -> dict[str, Any]:
    told = msgspec.json.encode(session).decode()
    return {"start": session.start_ms, "end": session.end_ms, "session": told}


def _workout(workout: Workout) -> dict[str, Any]:
    whole, route = msgspec.structs.replace(workout, route=None), workout.route
    told: dict[str, Any] = {"start": workout.start_ms, "end": workout.end_ms, "sport": workout.sport}
    told["workout"] = msgspec.json.encode(whole).decode()
    columns: Sequence[Any] = (None,) * len(_ROUTE)
    if route is not None:
        told_columns = (route.start_ms, route.latitude, route.longitude, route.altitude_m)
        columns = [column.tolist() for column in told_columns]
    return {**told, **dict(zip(_ROUTE, columns, strict=True))}


def _to_workout(row: dict[str, Any]) -> Workout:
    # The way is no JSON, and the type of one would not be known to it.
    told = msgspec.convert({**msgspec.json.decode(row["workout"]), "route": None}, Workout)
    if row["route_at"] is None:
        return told
    at = pa.array(row["route_at"], _MS).cast(pa.int64()).to_numpy()
    columns = [np.array(row[name], np.float64) for name in _ROUTE[1:]]
    return msgspec.structs.replace(told, route=Route(at, *columns))
