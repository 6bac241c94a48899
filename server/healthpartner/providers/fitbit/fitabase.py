"""Tables of Fitabase, as studies share them: days of activity, nights and weights. The first person's alone."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.contract import Chunk, ImportRefused, ImportReport, Limits, OnProgress, Progress
from healthpartner.providers.fitbit.fitabase_nights import Nights
from healthpartner.providers.fitbit.manifest import SLUG
from healthpartner.providers.instants import parse_instant
from healthpartner.providers.numbers import finite

MOST_BYTES = 64 * 1024**2
_DAYS = {
    "TotalSteps": ("steps", 1.0),
    "TotalDistance": ("distance", 1000.0),
    "Calories": ("total_calories", 1.0),
    "LightlyActiveMinutes": ("low_intensity_minutes", 1.0),
    "FairlyActiveMinutes": ("moderate_intensity_minutes", 1.0),
    "VeryActiveMinutes": ("vigorous_intensity_minutes", 1.0),
}
_WEIGHTS = {"WeightKg": "weight", "BMI": "bmi", "Fat": "body_fat"}
_LAYOUTS = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p")


def is_table(beginning: bytes) -> bool:
    return beginning.removeprefix(b"\xef\xbb\xbf").startswith(
        (b"Id,ActivityDate,", b"Id,SleepDay,", b"Id,Date,WeightKg")
    )


def read_fitabase(
    path: Path, *, limits: Limits | None = None, on_progress: OnProgress | None = None
) -> "FitabaseReader":
    return FitabaseReader(path, limits or Limits(), on_progress)


class FitabaseReader:
    """Iterates once; `report` is complete after that."""

    def __init__(self, path: Path, limits: Limits, on_progress: OnProgress | None) -> None:
        self.report = ImportReport()
        self._path = path
        self._most_bytes = min(MOST_BYTES, limits.max_bytes)
        self._on_progress = on_progress

    def __iter__(self) -> Iterator[Chunk]:
        size = self._path.stat().st_size
        if size > self._most_bytes:
            raise ImportRefused("too_large", "The table is larger than what is accepted.")
        collected = Collected(self.report, SLUG)
        days: dict[date, dict[str, str]] = {}
        nights = Nights(collected)
        person: str | None = None
        with self._path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            for row in _rows(file, collected):
                person = person or row.get("Id")
                if row.get("Id") != person:
                    collected.passed_over("Id", "another_person")
                elif "ActivityDate" in row:
                    self._note_day(row, days, collected)
                elif "SleepDay" in row:
                    nights.note(_day(row["SleepDay"]), row)
                else:
                    _take_weight(row, collected)
        for day, row in days.items():
            _take_day(day, row, collected)
        nights.tell()
        yield from collected.chunks()
        if self._on_progress is not None:
            self._on_progress(Progress(size, size, self.report.records_read))

    def _note_day(self, row: dict[str, str], days: dict[date, dict[str, str]], collected: Collected) -> None:
        """A day on which a study's export was cut stands there twice: the row with more steps has all of it."""
        day = _day(row["ActivityDate"])
        if day is None:
            collected.passed_over("dailyActivity", "bad_date")
            return
        before = days.get(day)
        if before is not None:
            self.report.records_read += 1
            self.report.records_merged += 1
        if before is None or _steps(row) > _steps(before):
            days[day] = row


def _rows(file: Iterable[str], collected: Collected) -> Iterator[dict[str, str]]:
    """No cell of these tables is quoted, so a stray quote is part of its row and swallows none of those after it."""
    reader = csv.DictReader(file, quoting=csv.QUOTE_NONE)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            collected.passed_over("row", "bad_entry")


def _take_day(day: date, row: dict[str, str], collected: Collected) -> None:
    told = ((slug, finite(row.get(name) or ""), factor) for name, (slug, factor) in _DAYS.items())
    kept = [collected.total(slug, day, None if value is None else value * factor) for slug, value, factor in told]
    collected.entry("dailyActivity", *kept)


def _steps(row: dict[str, str]) -> float:
    return finite(row.get("TotalSteps") or "") or 0.0


def _take_weight(row: dict[str, str], collected: Collected) -> None:
    at = _ms(row.get("Date") or "")
    figures = [(slug, finite(row.get(name) or "")) for name, slug in _WEIGHTS.items()]
    collected.entry("weightLogInfo", *[collected.sample(slug, at, value) for slug, value in figures])


def _day(text: str) -> date | None:
    moment = _moment(text)
    return None if moment is None else moment.date()


def _ms(text: str) -> int | None:
    """The clock on the wall, taken for UTC: the table names no zone."""
    moment = _moment(text)
    found = None if moment is None else parse_instant(moment.isoformat())
    return None if found is None else found[0]


def _moment(text: str | None) -> datetime | None:
    for layout in _LAYOUTS:
        try:
            return datetime.strptime(text or "", layout)  # noqa: DTZ007 - the table names no zone
        except ValueError:
            continue
    return None
