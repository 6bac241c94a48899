from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.core.clock import SettableClock
from healthpartner.providers.apple_health import export_reader
from healthpartner.providers.apple_health.export_reader import read_export
from healthpartner.providers.apple_health.export_target import ExportTarget
from healthpartner.providers.contract import DailyTotalChunk, ImportReport, Progress, SampleChunk
from tests.providers.apple_health.exports import (
    MOMENT,
    MOMENT_MS,
    QUANTITY,
    SAMPLES,
    export_of,
    is_balanced,
    only_batch,
    quantity,
    read_all,
    read_text,
)
from tests.support.apple_health import record, write_export


def test_a_sample_has_its_instant_offset_value_and_device(tmp_path: Path) -> None:
    chunks, report = read_text(tmp_path, export_of(quantity("HeartRate", 72, "count/min", source="Apple\u00a0Watch ")))
    (chunk,) = chunks
    assert (chunk.source.provider, chunk.source.device) == ("apple_health_kit", "Apple Watch")
    assert chunk.batch.metric.slug == "heart_rate"
    assert (chunk.batch.start_ms[0], chunk.batch.duration_ms[0]) == (MOMENT_MS, 0)
    assert (chunk.batch.value[0], chunk.batch.offset_minutes[0]) == (72.0, -420)
    assert (report.first_ms, report.last_ms, report.sources) == (MOMENT_MS, MOMENT_MS, {"Apple Watch"})


@pytest.mark.parametrize(
    ("kind", "written", "unit", "expected"),
    [
        ("DistanceWalkingRunning", "1.2", "km", 1200.0),
        ("DistanceWalkingRunning", "1", "mi", 1609.344),
        ("BodyMass", "176", "lb", 79.83225712),
        ("OxygenSaturation", "0.97", "%", 97.0),
        ("BodyFatPercentage", "0.214", "%", 21.4),
        ("Height", "5.9", "ft", 179.832),
        ("BodyTemperature", "98.6", "degF", 37.0),
        ("BloodGlucose", "5.5", "mmol&lt;180.1558800000541&gt;/L", 99.1001),
        ("VO2Max", "41.2", "mL/min·kg", 41.2),
        ("BasalEnergyBurned", "10", "Cal", 10.0),
        ("EnvironmentalAudioExposure", "61.5", "dBASPL", 61.5),
    ],
)
def test_units_are_converted(tmp_path: Path, kind: str, written: str, unit: str, expected: float) -> None:
    assert only_batch(tmp_path, quantity(kind, written, unit)).value[0] == pytest.approx(expected, rel=1e-9)


def test_one_metric_in_two_units_from_one_source_is_one_chunk(tmp_path: Path) -> None:
    later = "2018-09-10 03:28:55 -0700"
    batch = only_batch(
        tmp_path,
        quantity("DistanceWalkingRunning", 1, "km"),
        quantity("DistanceWalkingRunning", 1, "mi", start=later),
    )
    assert batch.value.tolist() == [1000.0, 1609.344]


def test_a_duration_is_the_time_between_start_and_end_also_across_a_clock_change(tmp_path: Path) -> None:
    batch = only_batch(
        tmp_path, quantity("StepCount", 90, "count", "2025-11-02 01:55:00 -0700", "2025-11-02 01:05:00 -0800")
    )
    assert batch.duration_ms[0] == 10 * 60_000


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (quantity("HeartRate", 5000, "count/min"), f"out_of_range:{QUANTITY}HeartRate"),
        (quantity("OxygenSaturation", 97, "%"), f"out_of_range:{QUANTITY}OxygenSaturation"),
        (quantity("HeartRate", "nan", "count/min"), f"bad_value:{QUANTITY}HeartRate"),
        (quantity("HeartRate", "inf", "count/min"), f"bad_value:{QUANTITY}HeartRate"),
        (quantity("HeartRate", "7_2", "count/min"), f"bad_value:{QUANTITY}HeartRate"),
        (quantity("HeartRate", "72,5", "count/min"), f"bad_value:{QUANTITY}HeartRate"),
        (quantity("HeartRate", "", "count/min"), f"bad_value:{QUANTITY}HeartRate"),
        (quantity("HeartRate", 72, "furlong"), f"unknown_unit:{QUANTITY}HeartRate:furlong"),
        (quantity("NewThing", 72, "count"), f"unsupported_type:{QUANTITY}NewThing"),
        (quantity("HeartRate", 72, "count/min", "yesterday"), f"bad_date:{QUANTITY}HeartRate"),
        (quantity("HeartRate", 72, "count/min", "1904-01-01 00:00:00 +0000"), f"before_1970:{QUANTITY}HeartRate"),
        (quantity("HeartRate", 72, "count/min", "2026-06-03 12:00:00 -0700"), f"in_the_future:{QUANTITY}HeartRate"),
        (
            quantity("StepCount", 72, "count", MOMENT, "2018-09-10 02:28:54 -0700"),
            f"ends_before_start:{QUANTITY}StepCount",
        ),
        (
            record("HKCategoryTypeIdentifierSleepAnalysis", "W", MOMENT, MOMENT, "HKCategoryValueSleepAnalysisAwake"),
            "ends_before_start:HKCategoryTypeIdentifierSleepAnalysis",
        ),
        (
            record("HKCategoryTypeIdentifierAppleStandHour", "W", MOMENT, MOMENT, "x"),
            "unsupported_type:HKCategoryTypeIdentifierAppleStandHour",
        ),
        ('<Workout workoutActivityType="x"/>', "bad_date:Workout"),
        ('<ActivitySummary dateComponents="2018-09-10"/>', "bad_value:ActivitySummary"),
        ('<ActivitySummary dateComponents="1969-12-31" appleExerciseTime="1"/>', "bad_date:ActivitySummary"),
        ('<Record unit="mmHg" sourceName="W"/>', "unsupported_type:"),
    ],
)
def test_what_cannot_be_a_sample_is_skipped_with_its_reason(tmp_path: Path, entry: str, reason: str) -> None:
    sound = quantity("HeartRate", 60, "count/min", "2018-09-10 05:00:00 -0700")
    chunks, report = read_text(tmp_path, export_of(entry, sound))
    assert [chunk.batch.value.tolist() for chunk in chunks] == [[60.0]]
    assert dict(report.skipped) == {reason: 1}
    assert is_balanced(report)


def test_samples_within_a_day_after_the_export_date_are_kept(tmp_path: Path) -> None:
    assert len(only_batch(tmp_path, quantity("HeartRate", 72, "count/min", "2026-06-02 11:59:59 -0700"))) == 1


def test_children_of_a_correlation_that_also_stand_at_the_top_count_once(tmp_path: Path) -> None:
    protein = quantity("DietaryProtein", 12, "g")
    meal = f'<Correlation type="HKCorrelationTypeIdentifierFood">{protein}</Correlation>'
    chunks, report = read_text(tmp_path, export_of(protein, meal, protein.replace("02:28", "03:28")))
    assert [chunk.batch.value.tolist() for chunk in chunks] == [[12.0, 12.0]]
    assert report.records_merged == 1


def test_servings_logged_at_one_moment_add_up(tmp_path: Path) -> None:
    eggs = [quantity("DietaryProtein", 6, "g")] * 3
    chunks, report = read_text(tmp_path, export_of(*eggs))
    assert [chunk.batch.value.tolist() for chunk in chunks] == [[18.0]]
    assert is_balanced(report)


def test_servings_of_one_moment_add_up_across_a_full_buffer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_reader, "BUFFERED_RECORDS", 1)
    monkeypatch.setattr("healthpartner.providers.archives.BLOCK_BYTES", 300)
    monkeypatch.setattr(export_reader, "PROLOG_BYTES", 10_000)
    text = export_of(*[quantity("DietaryProtein", 6, "g")] * 9)
    chunks, report = read_text(tmp_path, text[: text.index("<!DOCTYPE")] + text[text.index("<HealthData") :])
    assert [chunk.batch.value.tolist() for chunk in chunks] == [[54.0]]
    assert is_balanced(report)


def test_steps_of_one_start_are_left_to_the_store(tmp_path: Path) -> None:
    steps = quantity("StepCount", 6, "count", MOMENT, "2018-09-10 02:38:55 -0700")
    assert only_batch(tmp_path, steps, steps).value.tolist() == [6.0, 6.0]


@pytest.mark.parametrize("name", ["export_small.xml", "export_from_zip.xml"])
def test_published_samples_are_read(name: str) -> None:
    chunks, report = read_all(read_export(SAMPLES / name))
    found = {chunk.batch.metric.slug: chunk.batch.value.tolist() for chunk in chunks if isinstance(chunk, SampleChunk)}
    assert found == {"bmi": [22.5312], "heart_rate": [72.0]}
    totals = [total for chunk in chunks if isinstance(chunk, DailyTotalChunk) for total in chunk.totals]
    assert [(METRICS_BY_CODE[total.metric].slug, total.day, total.value) for total in totals] == [
        ("calories", date(2016, 11, 15), 590.252),
        ("exercise_minutes", date(2016, 11, 15), 68.0),
        ("calories", date(2016, 11, 16), 323.513),
        ("exercise_minutes", date(2016, 11, 16), 39.0),
    ]
    assert is_balanced(report)


def test_the_same_export_as_xml_and_as_zip_gives_the_same_samples(tmp_path: Path) -> None:
    for name in ("export.xml", "export.zip"):
        write_export(tmp_path / name, records=3_000, seed=7)
    plain, plain_report = read_all(read_export(tmp_path / "export.xml"))
    zipped, zipped_report = read_all(read_export(tmp_path / "export.zip"))
    assert plain_report == zipped_report
    assert is_balanced(plain_report)
    for one, other in zip(plain, zipped, strict=True):
        assert one.source == other.source
        if not (isinstance(one, SampleChunk) and isinstance(other, SampleChunk)):
            assert one == other
            continue
        assert np.array_equal(one.batch.start_ms, other.batch.start_ms)
        assert np.array_equal(one.batch.value, other.batch.value)


def test_progress_reaches_the_total_and_chunks_come_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_reader, "BUFFERED_RECORDS", 2_000)
    size = write_export(tmp_path / "export.xml", megabytes=4)
    seen: list[Progress] = []
    reader = read_export(tmp_path / "export.xml", on_progress=seen.append)
    first = next(iter(reader))
    assert len(first) > 0
    assert seen[-1].bytes_read < size
    list(reader_again := read_export(tmp_path / "export.xml", on_progress=seen.append))
    assert (seen[-1].bytes_read, seen[-1].bytes_total) == (size, size)
    assert seen[-1].records_read == reader_again.report.records_read


def test_control_bytes_in_a_name_do_not_spoil_the_file(tmp_path: Path) -> None:
    chunks, _ = read_text(tmp_path, export_of(quantity("HeartRate", 72, "count/min", source="My\x0bWatch")))
    assert chunks[0].source.device == "My Watch"


def test_a_hostile_number_of_types_does_not_grow_the_report(tmp_path: Path) -> None:
    entries = [quantity(f"New{number}", 1, "count") for number in range(600)]
    _, report = read_text(tmp_path, export_of(*entries))
    assert len(report.skipped) == 501
    assert report.skipped["unsupported_type:other"] == 100


def test_an_export_without_a_date_is_bounded_by_the_clock(tmp_path: Path) -> None:
    text = export_of(
        quantity("HeartRate", 72, "count/min"), quantity("HeartRate", 72, "count/min", "2018-09-13 02:00:00 +0000")
    )
    (tmp_path / "export.xml").write_text(text.replace("ExportDate", "Other"))
    clock = SettableClock(datetime(2018, 9, 11, tzinfo=UTC))
    _, report = read_all(read_export(tmp_path / "export.xml", clock=clock))
    assert report.samples_kept == 1
    assert report.skipped == {f"in_the_future:{QUANTITY}HeartRate": 1}


def test_sources_without_end_are_not_held_back_without_end() -> None:
    reader = ExportTarget(ImportReport(), 2_000_000_000_000)
    reader.start("HealthData", {})
    held = []
    for number in range(50):
        entry = {"type": f"{QUANTITY}DietaryProtein", "unit": "g", "sourceName": str(number), "value": "1"}
        reader.start("Record", {**entry, "startDate": MOMENT, "endDate": MOMENT})
        list(reader.drain())
        held.append(sum(map(len, reader._columns.values())))
    assert max(held) == 1
