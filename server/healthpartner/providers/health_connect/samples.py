"""Rows of a table as samples, a page at a time, one chunk for each metric and source."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleBatch, SampleSource
from healthpartner.canonical.units import convert
from healthpartner.providers.contract import ImportReport, SampleChunk
from healthpartner.providers.health_connect.database import ExportDatabase
from healthpartner.providers.health_connect.sources import Sources
from healthpartner.providers.health_connect.tables import Quantity, Table
from healthpartner.providers.rows import Rows

_TIMES = {
    "instant": ("time", "time", "zone_offset"),
    "interval": ("start_time", "end_time", "start_zone_offset"),
}
_SERIES = ("parent_key", "epoch_millis")
_FROM = ("app_info_id", "device_info_id")
# What a nutrient that was not recorded is written as.
_NOT_RECORDED = 1e-300

_Parent = tuple[SampleSource, object]


def chunks_of(
    database: ExportDatabase, table: Table, sources: Sources, report: ImportReport, latest_ms: int
) -> Iterator[SampleChunk]:
    """Nothing for a table that is not there. Raises TableDamaged."""
    pages = _series(database, table, sources) if table.time == "series" else _records(database, table, sources)
    for page in pages:
        report.records_read += len(page)
        yield from _chunks(page, table, report, latest_ms)


_Row = tuple[SampleSource, Any, Any, Any, list[Any]]


def _records(database: ExportDatabase, table: Table, sources: Sources) -> Iterator[list[_Row]]:
    times = _TIMES[table.time]
    values = [column for quantity in table.quantities for column in quantity.columns]
    known = [column for column in values if database.has(table.name, (column,))]
    if not known or not database.has(table.name, (*times, *_FROM)):
        return
    for page in database.rows(table.name, (*_FROM, *times, *known)):
        rows: list[_Row] = []
        for app, device, start, end, offset, *told in page:
            by_name = dict(zip(known, told, strict=True))
            rows.append((sources.of(app, device), start, end, offset, [by_name.get(name) for name in values]))
        yield rows


def _series(database: ExportDatabase, table: Table, sources: Sources) -> Iterator[list[_Row]]:
    columns = table.quantities[0].columns
    if not database.has(table.name, (*_SERIES, *columns)) or table.parent is None:
        return
    parents = _parents(database, table.parent, sources)
    nobody: _Parent = (sources.of(None, None), None)
    for page in database.rows(table.name, (*_SERIES, *columns)):
        rows: list[_Row] = []
        for parent, at, value in page:
            source, offset = parents.get(parent, nobody)
            rows.append((source, at, at, offset, [value]))
        yield rows


def _parents(database: ExportDatabase, table: str, sources: Sources) -> dict[object, _Parent]:
    found: dict[object, _Parent] = {}
    if not database.has(table, ("row_id", *_FROM, "start_zone_offset")):
        return found
    seen: dict[tuple[object, object], SampleSource] = {}
    for page in database.rows(table, ("row_id", *_FROM, "start_zone_offset")):
        for row_id, app, device, offset in page:
            source = seen.setdefault((app, device), sources.of(app, device))
            found[row_id] = source, offset
    return found


def _chunks(page: list[_Row], table: Table, report: ImportReport, latest_ms: int) -> Iterator[SampleChunk]:
    """A record is kept when any of its quantities is; of one that has none the first reason counts."""
    by_source: dict[SampleSource, list[_Row]] = {}
    for row in page:
        by_source.setdefault(row[0], []).append(row)
    for source, rows in by_source.items():
        times = Rows([row[1] for row in rows], [row[2] for row in rows], [row[3] for row in rows], latest_ms)
        kept = np.zeros(len(rows), np.bool_)
        at = 0
        for quantity in table.quantities:
            columns = [[row[4][place] for row in rows] for place in range(at, at + len(quantity.columns))]
            at += len(quantity.columns)
            batch, sound = _batch(times, quantity, columns, report, is_only=len(table.quantities) == 1)
            kept |= sound
            if len(batch):
                chunk = SampleChunk(source, batch)
                report.keep(chunk, records=0)
                yield chunk
        report.records_kept += int(kept.sum())
        times.account(kept, report, table.name)


def _batch(
    times: Rows, quantity: Quantity, columns: list[list[Any]], report: ImportReport, *, is_only: bool
) -> tuple[SampleBatch, Any]:
    metric = METRICS[quantity.metric]
    values = [convert(metric, _numbers(column), quantity.unit) for column in columns]
    second = values[1] if len(values) > 1 else None
    batch, sound, implausible = times.batch(metric, values[0], second)
    if implausible and not is_only:
        report.out_of_range[metric.slug] += implausible
    return batch, sound


def _numbers(column: list[Any]) -> Any:
    told = [value if isinstance(value, int | float) else np.nan for value in column]
    numbers = np.array(told, np.float64)
    numbers[np.abs(numbers) < _NOT_RECORDED] = np.where(numbers[np.abs(numbers) < _NOT_RECORDED] == 0, 0.0, np.nan)
    return numbers
