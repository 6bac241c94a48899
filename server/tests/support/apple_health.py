"""Writes synthetic Apple Health exports of any size, fast: the same seed gives the same file."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

DOCTYPE = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord|Audiogram)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT ExportDate EMPTY>
<!ATTLIST ExportDate
  value CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
  sourceName    CDATA #REQUIRED
  sourceVersion CDATA #IMPLIED
  device        CDATA #IMPLIED
  creationDate  CDATA #IMPLIED
  startDate     CDATA #REQUIRED
  endDate       CDATA #REQUIRED
>
<!-- Note: Any Records that appear as children of a correlation also appear as top-level records in this document. -->
<!ELEMENT Correlation ((MetadataEntry|Record)*)>
<!ELEMENT MetadataEntry EMPTY>
]>
"""
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    + DOCTYPE
    + '<HealthData locale="en_US">\n <ExportDate value="{exported}"/>\n'
    + ' <Me HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexNotSet"/>\n'
)
TAIL = "</HealthData>\n"

_EXPORTED = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
_FLUSH_RECORDS = 5_000
_WATCH = (
    "&lt;&lt;HKDevice: 0x2827d1a40&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, "
    "hardware:Watch6,2, software:10.3.1&gt;"
)
_PHONE = (
    "&lt;&lt;HKDevice: 0x2827d1b80&gt;, name:iPhone, manufacturer:Apple Inc., model:iPhone, "
    "hardware:iPhone14,5, software:17.3&gt;"
)
_CLOCK = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400)]


@dataclass
class _Walker:
    """Moves through local time record by record, newest rows last, as an export does within a type."""

    start: datetime
    step_seconds: int
    elapsed: int = 0

    def interval(self, seconds: int) -> tuple[str, str]:
        begin = self._text(self.elapsed)
        end = self._text(self.elapsed + seconds)
        self.elapsed += self.step_seconds
        return begin, end

    def _text(self, elapsed: int) -> str:
        day, second = divmod(elapsed, 86_400)
        return f"{_day(self.start, day)} {_CLOCK[second]} -0700"


_days: dict[tuple[datetime, int], str] = {}


def _day(start: datetime, day: int) -> str:
    text = _days.get((start, day))
    if text is None:
        text = _days[start, day] = f"{start + timedelta(days=day):%Y-%m-%d}"
    return text


def record(kind: str, source: str, begin: str, end: str, value: object, unit: str | None = None, **more: str) -> str:
    """One `<Record>` line; `inner` in `more` becomes its children, the rest become attributes."""
    inner = more.pop("inner", "")
    unit_text = f' unit="{unit}"' if unit is not None else ""
    extra = "".join(f' {name}="{text}"' for name, text in more.items())
    open_tag = (
        f' <Record type="{kind}" sourceName="{source}" sourceVersion="10.3.1"{extra}{unit_text} '
        f'creationDate="{end}" startDate="{begin}" endDate="{end}" value="{value}"'
    )
    return f"{open_tag}>\n{inner} </Record>\n" if inner else f"{open_tag}/>\n"


def _quantity(kind: str, unit: str, seconds: int, value: Callable[[random.Random], object]) -> _Writer:
    def write(walker: _Walker, chance: random.Random) -> str:
        begin, end = walker.interval(seconds)
        source, device = ("Apple\u00a0Watch", _WATCH) if chance.random() < 0.7 else ("Sample iPhone", _PHONE)
        return record(f"HKQuantityTypeIdentifier{kind}", source, begin, end, value(chance), unit, device=device)

    return write


def _heart_rate(walker: _Walker, chance: random.Random) -> str:
    begin, end = walker.interval(0)
    context = '  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>\n'
    value = 48 + int(chance.random() * 110)
    return record(
        "HKQuantityTypeIdentifierHeartRate",
        "Apple\u00a0Watch",
        begin,
        end,
        value,
        "count/min",
        device=_WATCH,
        inner=context,
    )


def _sleep(walker: _Walker, chance: random.Random) -> str:
    begin, end = walker.interval(1_200)
    stage = chance.choice(("InBed", "AsleepCore", "AsleepDeep", "AsleepREM", "Awake"))
    value = f"HKCategoryValueSleepAnalysis{stage}"
    return record("HKCategoryTypeIdentifierSleepAnalysis", "Apple\u00a0Watch", begin, end, value, device=_WATCH)


def _pressure(walker: _Walker, chance: random.Random) -> str:
    begin, end = walker.interval(0)
    pair = [
        record(f"HKQuantityTypeIdentifierBloodPressure{part}", "Cuff", begin, end, value, "mmHg")
        for part, value in (("Systolic", chance.randint(105, 150)), ("Diastolic", chance.randint(60, 95)))
    ]
    both = "".join(pair)
    head = f'<Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff" startDate="{begin}" '
    return f' {head}endDate="{end}">\n{both} </Correlation>\n{both}'


def _workout(walker: _Walker, chance: random.Random) -> str:
    begin, end = walker.interval(1_800)
    return (
        f' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" '
        f'sourceName="Apple\u00a0Watch" creationDate="{end}" startDate="{begin}" endDate="{end}">\n'
        f'  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" startDate="{begin}" '
        f'endDate="{end}" sum="{chance.randint(150, 400)}" unit="kcal"/>\n'
        f'  <WorkoutRoute sourceName="Apple\u00a0Watch" startDate="{begin}" endDate="{end}">\n'
        f'   <FileReference path="/workout-routes/route_{begin[:10]}.gpx"/>\n  </WorkoutRoute>\n </Workout>\n'
    )


def _summary(walker: _Walker, chance: random.Random) -> str:
    begin, _ = walker.interval(0)
    burned = round(300 + chance.random() * 500, 3)
    return f' <ActivitySummary dateComponents="{begin[:10]}" activeEnergyBurned="{burned}" activeEnergyBurnedUnit="kcal"/>\n'


_Writer = Callable[[_Walker, random.Random], str]


def _decimal(low: float, high: float) -> Callable[[random.Random], object]:
    return lambda chance: round(low + chance.random() * (high - low), 6)


def _whole(low: int, high: int) -> Callable[[random.Random], object]:
    return lambda chance: low + int(chance.random() * (high - low))


# (what writes it, share of all records, seconds between two starts)
_MIX: tuple[tuple[_Writer, float, int], ...] = (
    (_heart_rate, 0.33, 240),
    (_quantity("StepCount", "count", 300, _whole(5, 600)), 0.14, 600),
    (_quantity("DistanceWalkingRunning", "mi", 300, _decimal(0.01, 0.4)), 0.12, 600),
    (_quantity("ActiveEnergyBurned", "kcal", 60, _decimal(0.05, 12)), 0.22, 300),
    (_quantity("BasalEnergyBurned", "kcal", 900, _decimal(8, 22)), 0.08, 900),
    (_quantity("EnvironmentalAudioExposure", "dBASPL", 1800, _decimal(40, 95)), 0.03, 1_800),
    (_quantity("HeartRateVariabilitySDNN", "ms", 60, _decimal(15, 120)), 0.01, 7_200),
    (_quantity("OxygenSaturation", "%", 15, _decimal(0.92, 1.0)), 0.02, 3_600),
    (_quantity("BodyMass", "lb", 0, _decimal(120, 220)), 0.005, 86_400),
    (_sleep, 0.03, 1_200),
    (_pressure, 0.005, 43_200),
    (_workout, 0.005, 172_800),
    (_summary, 0.005, 86_400),
)


def export_lines(records: int, seed: int = 1) -> Iterator[str]:
    """The text of an export of about `records` entries, in pieces."""
    chance = random.Random(seed)  # noqa: S311 - test data, not a secret
    yield HEAD.format(exported=f"{_EXPORTED:%Y-%m-%d %H:%M:%S} -0700")
    for write, share, step in _MIX:
        count = max(1, round(records * share))
        walker = _Walker(_EXPORTED - timedelta(seconds=step * count, days=1), step)
        for left in range(count, 0, -_FLUSH_RECORDS):
            yield "".join([write(walker, chance) for _ in range(min(left, _FLUSH_RECORDS))])
    yield TAIL


def write_export(path: Path, *, records: int | None = None, megabytes: float | None = None, seed: int = 1) -> int:
    """Writes `path` (a `.zip` when it ends so, else plain XML) and returns the bytes of XML written.

    `megabytes` is the size of the XML, met within a few percent.
    """
    if records is None:
        records = max(20, int((megabytes or 1) * 1e6 / _BYTES_PER_RECORD))
    if path.suffix == ".zip":
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open("apple_health_export/export.xml", "w", force_zip64=True) as member,
        ):
            return sum(member.write(piece.encode()) for piece in export_lines(records, seed))
    with path.open("wb") as file:
        return sum(file.write(piece.encode()) for piece in export_lines(records, seed))


_BYTES_PER_RECORD = 418.4
