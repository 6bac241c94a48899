"""Receives the XML's elements as they stream by: counts every entry, and buffers records in columns."""

from collections.abc import Callable, Iterator, Mapping

from healthpartner.canonical.samples import SampleBatch, SampleSource, concat
from healthpartner.providers.apple_health.columns import Column
from healthpartner.providers.apple_health.dates import parse_instants
from healthpartner.providers.apple_health.manifest import SLUG
from healthpartner.providers.apple_health.mapping import (
    SLEEP_ANALYSIS,
    Quantity,
    Unmapped,
    device_name,
    find_quantity,
)
from healthpartner.providers.apple_health.plain_records import PlainRecords, Run
from healthpartner.providers.apple_health.pressure import PressurePairs, ReadingKey
from healthpartner.providers.apple_health.servings import add_up_servings, hold_back_last_moment
from healthpartner.providers.apple_health.sleep import SleepRecords, SleepTexts
from healthpartner.providers.apple_health.summaries import ActivitySummaries
from healthpartner.providers.apple_health.workouts import WorkoutElements
from healthpartner.providers.contract import DailyTotalChunk, ImportReport, SampleChunk, SleepChunk

_DAY_MS = 86_400_000
# Attributes may be megabytes long; what is remembered beyond the buffer is cut, and a cut date is no date.
_NAME_LENGTH = 300
_TEXT_LENGTH = 60
_NOT_SAMPLES = (
    "Audiogram",
    "ClinicalRecord",
    "StateOfMind",
    "VisionPrescription",
)
_TIME_ZONE = "HKTimeZone"
# Elements whose end says nothing.
_FREQUENT = frozenset({"Record", "MetadataEntry"})

Attributes = Mapping[str, str]
_ColumnKey = tuple[str | None, str | None, str | None]


class ExportTarget:
    """The parser's target. `is_export` is set by the root element, `buffered` counts records not yet drained."""

    def __init__(self, report: ImportReport, latest_ms: int) -> None:
        self.report = report
        self.is_export = False
        self.buffered = 0
        self._latest_ms = latest_ms
        self.plain = PlainRecords()
        self._columns: dict[_ColumnKey, Column] = {}
        self._columns_by_head: dict[bytes, Column] = {}
        self._readings: dict[tuple[str, str], Column] = {}
        self._pressure = PressurePairs(report)
        self._in_correlation = False
        self._sleep = SleepRecords(report)
        self.workouts = WorkoutElements(report)
        self._summaries = ActivitySummaries(report)
        # Where the record that was read last went, as its last row: its time zone may follow.
        self._last: Column | SleepTexts | None = None
        self._openings: dict[str, Callable[[Attributes], None]] = {
            "HealthData": self._open_export,
            "ExportDate": self._read_export_date,
            "Correlation": self._open_correlation,
            "MetadataEntry": self._take_detail,
            "ActivitySummary": self._summaries.take,
            self.plain.mark: self._take_mark,
            **self.workouts.openings,
            **{name: self._counter(name) for name in _NOT_SAMPLES},
        }

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag != "Record":
            opening = self._openings.get(tag)
            if opening is not None:
                opening(attributes)
            return
        self.report.records_read += 1
        get = attributes.get
        key = (get("type"), get("unit"), get("sourceName"))
        column = self._columns.get(key)
        if column is None or self._in_correlation:
            self._take_unusual(key, attributes)
            return
        self._append(column, attributes)

    def _take_mark(self, attributes: Attributes) -> None:
        """As `start` for each record of a run: this is the one path that nearly every record takes."""
        run = self.plain.marked_by(attributes)
        columns = {} if self._in_correlation else self._columns_by_head
        quick = 0
        for head, start, end, value in zip(run.heads, run.starts, run.ends, run.values, strict=True):
            column = columns.get(head)
            if column is None:
                self._take_plain(run, head, start, end, value)
                continue
            column.starts.append(start)
            column.ends.append(end)
            column.values.append(value)
            quick += 1
            self._last = column
        self.report.records_read += quick
        self.buffered += quick

    def _take_plain(self, run: Run, head: bytes, start: bytes, end: bytes, value: bytes) -> None:
        """As the parser would have told it."""
        kind, unit, source = run.known[head]
        told = {"type": kind, "sourceName": source, **({} if unit is None else {"unit": unit})}
        self.start("Record", told | {"startDate": start.decode(), "endDate": end.decode(), "value": value.decode()})
        column = self._columns.get((kind, unit, source))
        if column is not None:
            self._columns_by_head[head] = column

    def end(self, tag: str) -> None:
        if tag in _FREQUENT:
            return
        if tag == "Correlation":
            self._in_correlation = False
        elif self.workouts.is_open:
            self.workouts.end(tag, self._latest_ms)

    def close(self) -> None:
        """The parser calls this at the end and after an error; draining is the reader's business."""

    def drain(self) -> Iterator[SampleChunk]:
        """What is buffered, one chunk per metric and source. Sleep waits for the end: a night may go on anywhere."""
        self._sleep.compact(self._latest_ms)
        columns, readings = self._empty()
        for key, column in columns.items():
            if (rest := hold_back_last_moment(column)) is not None:
                self._columns[key] = rest
        return self._chunks([*columns.values(), *readings.values()])

    def finish(self) -> Iterator[SampleChunk | SleepChunk | DailyTotalChunk]:
        """Everything that is left, at the end of the file or where it breaks off."""
        self._pressure.finish()
        self.workouts.cut_off()
        columns, readings = self._empty()
        yield from self._chunks([*columns.values(), *readings.values()])
        yield from self._sleep.finish(self._latest_ms)
        yield from self._summaries.drain()

    def _empty(self) -> tuple[dict[_ColumnKey, Column], dict[tuple[str, str], Column]]:
        taken = self._columns, self._readings
        self._columns, self._columns_by_head, self._readings, self.buffered = {}, {}, {}, 0
        return taken

    def _chunks(self, columns: list[Column]) -> Iterator[SampleChunk]:
        batches: dict[tuple[int, str | None], list[SampleBatch]] = {}
        for column in filter(len, columns):
            batch = column.to_batch(self.report, self._latest_ms)
            if len(batch):
                batches.setdefault((batch.metric.code, column.device), []).append(batch)
        for (_, device), group in batches.items():
            batch = add_up_servings(group[0] if len(group) == 1 else concat(group), self.report)
            chunk = SampleChunk(SampleSource(SLUG, device), batch)
            self.report.keep(chunk)
            yield chunk

    def _append(self, column: Column, attributes: Attributes) -> None:
        get = attributes.get
        column.starts.append(get("startDate", "").encode())
        column.ends.append(get("endDate", "").encode())
        column.values.append(get("value", "").encode())
        self.buffered += 1
        self._last = column

    def _take_unusual(self, key: _ColumnKey, attributes: Attributes) -> None:
        """The first of its kind since the last drain, half a blood pressure, or one that becomes no sample."""
        self._last = None
        kind, unit, source = ((text or "")[:_NAME_LENGTH] for text in key)
        if kind == SLEEP_ANALYSIS:
            self._take_sleep(source, attributes)
            return
        quantity = find_quantity(kind, unit)
        if isinstance(quantity, Unmapped):
            self.report.skip(quantity.reason, quantity.detail)
        elif quantity.metric.has_second:
            self._take_pressure(quantity, source, attributes)
        elif self._in_correlation:
            # Apple's own note: children of a correlation also appear at the top.
            self.report.records_merged += 1
        else:
            column = self._columns[key] = Column(quantity, device_name(source))
            self._append(column, attributes)

    def _take_sleep(self, source: str, attributes: Attributes) -> None:
        start, end, value = (attributes.get(name, "")[:_NAME_LENGTH] for name in ("startDate", "endDate", "value"))
        texts = self._sleep.add(source, start, end, value)
        if texts is not None:
            self.buffered += 1
            self._last = texts

    def _take_detail(self, attributes: Attributes) -> None:
        """Of a record only the time zone matters here, which tells the offset where the export's own dates do not."""
        if self.workouts.is_open:
            self.workouts.take_detail(attributes.get("key", ""), attributes.get("value", ""))
        elif attributes.get("key") == _TIME_ZONE and self._last is not None:
            self._last.zones[len(self._last.starts) - 1] = attributes.get("value", "")[:_TEXT_LENGTH]

    def _take_pressure(self, quantity: Quantity, source: str, attributes: Attributes) -> None:
        start, end, value = (attributes.get(name, "")[:_TEXT_LENGTH] for name in ("startDate", "endDate", "value"))
        key = ReadingKey(source, quantity.unit, start, end)
        both = self._pressure.add(key, quantity.kind, quantity.component, value)
        if both is None:
            return
        column = self._readings.get((quantity.unit, source))
        if column is None:
            column = self._readings[quantity.unit, source] = Column(quantity, device_name(source))
        column.starts.append(start.encode())
        column.ends.append(end.encode())
        column.values.append(both[0].encode())
        column.seconds.append(both[1].encode())
        self.buffered += 1

    def _open_export(self, _: Attributes) -> None:
        self.is_export = True

    def _open_correlation(self, _: Attributes) -> None:
        self._in_correlation = True

    def _read_export_date(self, attributes: Attributes) -> None:
        instants = parse_instants([attributes.get("value", "").encode()])
        if instants.valid[0]:
            self._latest_ms = int(instants.ms[0]) + _DAY_MS

    def _counter(self, name: str) -> Callable[[Attributes], None]:
        def count(_: Attributes) -> None:
            self.report.records_read += 1
            self.report.skip("not_a_sample", name)

        return count
