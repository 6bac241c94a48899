from pathlib import Path

import pytest

from healthpartner.canonical.sleep import SleepStage
from healthpartner.providers.apple_health import sleep
from tests.providers.apple_health.exports import export_of, is_balanced, read_any
from tests.support.apple_health import record
from tests.support.imports import sleep_of

SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"
ZONE = '  <MetadataEntry key="HKTimeZone" value="{zone}"/>\n'


def stage(value: str, begin: str, end: str, source: str = "Watch", zone: str | None = None) -> str:
    more = {"inner": ZONE.format(zone=zone)} if zone else {}
    return record(SLEEP, source, f"{begin} -0700", f"{end} -0700", f"HKCategoryValueSleepAnalysis{value}", **more)


NIGHT = (
    stage("InBed", "2024-02-01 22:30:00", "2024-02-02 06:40:00"),
    stage("AsleepCore", "2024-02-01 22:50:00", "2024-02-01 23:40:00"),
    stage("AsleepDeep", "2024-02-01 23:40:00", "2024-02-02 00:30:00"),
    stage("Awake", "2024-02-02 00:30:00", "2024-02-02 00:35:00"),
    stage("AsleepREM", "2024-02-02 00:35:00", "2024-02-02 01:20:00"),
    stage("Asleep", "2024-02-02 01:20:00", "2024-02-02 06:30:00"),
)


def test_the_records_of_a_night_are_one_session_with_its_stages(tmp_path: Path) -> None:
    chunks, report = read_any(tmp_path, export_of(*NIGHT))
    (session,) = sleep_of(chunks)
    assert [interval.stage for interval in session.stages] == [
        SleepStage.in_bed,
        SleepStage.light,
        SleepStage.deep,
        SleepStage.awake,
        SleepStage.rem,
        SleepStage.asleep_unspecified,
    ]
    assert session.end_ms - session.start_ms == (8 * 60 + 10) * 60_000
    assert session.offset_minutes == -420
    assert (report.sleep_sessions_kept, report.records_kept, report.records_merged) == (1, 1, 5)
    assert is_balanced(report)


def test_the_order_of_the_records_does_not_matter(tmp_path: Path) -> None:
    assert sleep_of(read_any(tmp_path, export_of(*NIGHT))[0]) == sleep_of(
        read_any(tmp_path, export_of(*reversed(NIGHT)))[0]
    )


def test_an_hour_without_a_word_parts_sessions_and_less_does_not(tmp_path: Path) -> None:
    nap = stage("AsleepCore", "2024-02-02 07:41:00", "2024-02-02 08:00:00")
    near = stage("AsleepCore", "2024-02-02 07:39:00", "2024-02-02 08:00:00")
    assert len(sleep_of(read_any(tmp_path, export_of(*NIGHT, nap))[0])) == 2
    assert len(sleep_of(read_any(tmp_path, export_of(*NIGHT, near))[0])) == 1


def test_each_source_tells_of_its_own_session(tmp_path: Path) -> None:
    phone = stage("InBed", "2024-02-01 22:00:00", "2024-02-02 07:00:00", "iPhone")
    chunks, _ = read_any(tmp_path, export_of(*NIGHT, phone))
    assert {chunk.source.device for chunk in chunks} == {"Watch", "iPhone"}
    assert len(sleep_of(chunks)) == 2


def test_the_time_zone_of_the_record_tells_the_offset_on_waking(tmp_path: Path) -> None:
    entry = stage("AsleepCore", "2024-02-01 22:50:00", "2024-02-01 23:40:00", zone="Asia/Tokyo")
    (session,) = sleep_of(read_any(tmp_path, export_of(entry))[0])
    assert session.offset_minutes == 540


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", "x" * 500])
def test_a_time_zone_that_is_none_leaves_the_offset_that_is_written(tmp_path: Path, zone: str) -> None:
    entry = stage("AsleepCore", "2024-02-01 22:50:00", "2024-02-01 23:40:00", zone=zone)
    (session,) = sleep_of(read_any(tmp_path, export_of(entry))[0])
    assert session.offset_minutes == -420


def test_a_record_twice_is_one_interval(tmp_path: Path) -> None:
    (session,) = sleep_of(read_any(tmp_path, export_of(*NIGHT, *NIGHT))[0])
    assert len(session.stages) == 6


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (stage("Dreaming", "2024-02-01 22:50:00", "2024-02-01 23:40:00"), "bad_value"),
        (stage("Awake", "2024-02-01 22:50:00", "2024-02-01 22:50:00"), "ends_before_start"),
        (stage("Awake", "yesterday", "2024-02-01 22:50:00"), "bad_date"),
        (stage("Awake", "2024-02-01 22:50:00", "2024-02-09 22:50:00"), "out_of_range"),
        (stage("Awake", "2034-02-01 22:50:00", "2034-02-01 23:50:00"), "in_the_future"),
    ],
)
def test_what_cannot_be_sleep_is_skipped_with_its_reason(tmp_path: Path, entry: str, reason: str) -> None:
    chunks, report = read_any(tmp_path, export_of(entry, *NIGHT))
    assert len(sleep_of(chunks)) == 1
    assert report.skipped == {f"{reason}:{SLEEP}": 1}
    assert is_balanced(report)


def test_records_without_end_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sleep, "MOST_RECORDS", 4)
    _, report = read_any(tmp_path, export_of(*NIGHT))
    assert report.skipped == {f"too_many_records:{SLEEP}": 2}
    assert is_balanced(report)
