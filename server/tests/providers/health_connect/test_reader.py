from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.sleep import SleepStage
from healthpartner.providers.contract import Chunk, ImportRefused, ImportReport, Limits, Progress
from healthpartner.providers.health_connect.exercise_types import NAMES, name_of
from healthpartner.providers.health_connect.reader import read_health_connect
from tests.providers.health_connect.exports import (
    SCHEMA,
    T,
    Tables,
    instant,
    interval,
    write_database,
    write_zip,
)
from tests.support.imports import cuts, is_balanced, read_all, samples_by_metric, sleep_of, workouts_of

MINUTE = 60_000
SOUND: Tables = {
    "steps_record_table": [
        interval(T + at * MINUTE, T + (at + 1) * MINUTE, count=100 + at, uuid=bytes([at])) for at in range(50)
    ],
    "weight_record_table": [instant(weight=72_500.0, app_info_id=2)],
    "sleep_session_record_table": [interval(T, T + 480 * MINUTE, row_id=5)],
    "sleep_stages_table": [
        {"parent_key": 5, "stage_start_time": T, "stage_end_time": T + 60 * MINUTE, "stage_type": 4},
        {"parent_key": 5, "stage_start_time": T + 60 * MINUTE, "stage_end_time": T + 90 * MINUTE, "stage_type": 5},
    ],
}


def _read(folder: Path, tables: Tables, schema: str = SCHEMA) -> tuple[list[Chunk], ImportReport]:
    return read_all(read_health_connect(write_database(folder / "export.db", tables, schema)))


def test_a_record_has_its_time_offset_source_and_value(tmp_path: Path) -> None:
    chunks, report = _read(tmp_path, {"steps_record_table": [interval(count=120)]})
    (chunk,) = chunks
    batch = samples_by_metric(chunks)["steps"]
    assert (chunk.source.provider, chunk.source.device) == ("health_connect", "com.example.watch Google Pixel Watch")
    assert (batch.start_ms[0], batch.duration_ms[0], batch.value[0]) == (T, MINUTE, 120)
    assert batch.offset_minutes[0] == 60
    assert is_balanced(report)


@pytest.mark.parametrize(
    ("table", "row", "metric", "expected"),
    [
        ("weight_record_table", instant(weight=72_500.0), "weight", 72.5),
        ("active_calories_burned_record_table", interval(energy=500_000.0), "calories", 500.0),
        ("hydration_record_table", interval(volume=0.25), "water", 250.0),
        ("blood_glucose_record_table", instant(level=5.5), "glucose", 99.1001),
        ("heart_rate_variability_rmssd_record_table", instant(heart_rate_variability_millis=42.0), "hrv", 42.0),
        ("nutrition_record_table", interval(energy=300_000.0, protein=5e-324), "dietary_energy", 300.0),
        ("nutrition_record_table", interval(total_carbohydrate=50.0), "carbohydrates", 50.0),
        ("nutrition_record_table", interval(sodium=1.5), "sodium", 1500.0),
    ],
)
def test_stored_units_become_the_catalogues(
    tmp_path: Path, table: str, row: Mapping[str, Any], metric: str, expected: float
) -> None:
    found = samples_by_metric(_read(tmp_path, {table: [row]})[0])
    assert found.keys() == {metric}
    assert found[metric].value[0] == pytest.approx(expected)


def test_blood_pressure_is_one_sample_of_two_values(tmp_path: Path) -> None:
    row = instant(systolic=121.0, diastolic=79.0)
    batch = samples_by_metric(_read(tmp_path, {"blood_pressure_record_table": [row]})[0])["blood_pressure"]
    assert batch.second is not None
    assert (batch.value[0], batch.second[0]) == (121.0, 79.0)


def test_a_blood_pressure_the_wrong_way_round_is_skipped(tmp_path: Path) -> None:
    table = "blood_pressure_record_table"
    rows = [instant(systolic=80.0, diastolic=120.0), instant(systolic=121.0, diastolic=79.0)]
    chunks, report = _read(tmp_path, {table: rows})
    assert samples_by_metric(chunks)["blood_pressure"].value.tolist() == [121.0]
    assert report.skipped == {f"diastolic_above_systolic:{table}": 1}


def test_a_series_gets_source_and_offset_from_its_record(tmp_path: Path) -> None:
    chunks, report = _read(
        tmp_path,
        {
            "heart_rate_record_table": [interval(row_id=7)],
            "heart_rate_record_series_table": [
                {"parent_key": 7, "beats_per_minute": 60 + at, "epoch_millis": T + at * 1000} for at in range(3)
            ],
            "SpeedRecordTable": [interval(row_id=9)],
            "speed_record_table": [{"parent_key": 9, "speed": 3.5, "epoch_millis": T}],
        },
    )
    found = samples_by_metric(chunks)
    assert found["heart_rate"].value.tolist() == [60, 61, 62]
    assert found["heart_rate"].offset_minutes.tolist() == [60] * 3
    assert found["speed"].value.tolist() == [3.5]
    assert {chunk.source.device for chunk in chunks} == {"com.example.watch Google Pixel Watch"}
    assert (report.records_read, report.records_kept) == (4, 4)


def test_a_night_has_its_stages_and_the_id_that_the_phone_gave_it(tmp_path: Path) -> None:
    chunks, report = _read(tmp_path, SOUND)
    (session,) = sleep_of(chunks)
    assert [interval.stage for interval in session.stages] == [SleepStage.light, SleepStage.deep]
    assert (session.external_id, session.updated_ms, session.offset_minutes) == ("01" * 16, T, 60)
    assert is_balanced(report)


def test_an_exercise_has_its_laps_and_route(tmp_path: Path) -> None:
    chunks, report = _read(
        tmp_path,
        {
            "exercise_session_record_table": [interval(T, T + 60 * MINUTE, row_id=3, exercise_type=33, title="Run")],
            "exercise_laps_table": [
                {"parent_key": 3, "lap_start_time": T, "lap_end_time": T + MINUTE, "lap_length": 400.0}
            ],
            "exercise_route_table": [
                {"parent_key": 3, "timestamp_millis": T + 1000, "latitude": 48.1, "longitude": 11.1, "altitude": None},
                {"parent_key": 3, "timestamp_millis": T, "latitude": 48.0, "longitude": 11.0, "altitude": 500.0},
                {"parent_key": 4, "timestamp_millis": T, "latitude": 48.0, "longitude": 11.0, "altitude": 500.0},
            ],
        },
    )
    (workout,) = workouts_of(chunks)
    assert (workout.sport, workout.provider_sport, workout.title) == ("running", "RUNNING", "Run")
    assert workout.segments[0].figures.distance_meters == 400
    assert workout.route is not None
    assert workout.route.latitude.tolist() == [48.0, 48.1]
    assert report.skipped == {"no_session:exercise_route_table": 1}
    assert is_balanced(report)


def test_the_numbers_of_exercises_are_those_of_the_platform() -> None:
    assert (len(NAMES), name_of(33), name_of(57), name_of(61)) == (62, "RUNNING", "YOGA", "ROWING_MACHINE")
    assert (name_of(62), name_of(-1), name_of(None)) == (None, None, None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (interval(count=None), "bad_value"),
        (interval(count="many"), "bad_value"),
        (interval(count=10**7), "out_of_range"),
        (interval(T, T - 1, count=5), "ends_before_start"),
        (interval(-5, T, count=5), "before_1970"),
        (interval(T * 3, T * 3 + 1, count=5), "in_the_future"),
        (interval(2**60, 2**60, count=5), "bad_date"),
        (interval("noon", T, count=5), "bad_date"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_a_sample_is_skipped_with_its_reason(
    tmp_path: Path, row: Mapping[str, Any], reason: str
) -> None:
    chunks, report = _read(tmp_path, {"steps_record_table": [row, interval(count=5, uuid=b"2")]})
    assert samples_by_metric(chunks)["steps"].value.tolist() == [5]
    assert report.skipped == {f"{reason}:steps_record_table": 1}
    assert is_balanced(report)


def test_a_meals_implausible_nutrient_leaves_the_others(tmp_path: Path) -> None:
    chunks, report = _read(tmp_path, {"nutrition_record_table": [interval(energy=300_000.0, protein=1e9)]})
    assert samples_by_metric(chunks).keys() == {"dietary_energy"}
    assert report.out_of_range == {"protein": 1}
    assert is_balanced(report)


def test_records_that_nothing_is_made_of_are_counted(tmp_path: Path) -> None:
    _, report = _read(tmp_path, {**SOUND, "menstruation_flow_record_table": [instant(flow=1)]})
    assert report.skipped == {"unsupported_type:menstruation_flow_record_table": 1}


def test_the_zip_gives_what_the_database_in_it_gives(tmp_path: Path) -> None:
    database = write_database(tmp_path / "export.db", SOUND)
    seen: list[Progress] = []
    zipped = read_health_connect(write_zip(tmp_path / "Health Connect.zip", database), on_progress=seen.append)
    assert len(read_all(zipped)[0]) == len(read_all(read_health_connect(database))[0])
    assert seen[-1].bytes_read == seen[-1].bytes_total
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Health Connect.zip", "export.db"]


def test_views_and_computed_columns_are_not_run(tmp_path: Path) -> None:
    endless = (
        "CREATE VIEW steps_record_table AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
        "SELECT x AS row_id, x AS app_info_id, x AS device_info_id, x AS start_time, x AS end_time, "
        "x AS start_zone_offset, x AS count FROM n;"
        "CREATE TABLE weight_record_table (row_id INTEGER PRIMARY KEY, app_info_id, device_info_id, time, zone_offset, "
        "weight AS (length(zeroblob(1000000000))));"
        "CREATE TABLE distance_record_table (row_id INTEGER PRIMARY KEY);"
        "INSERT INTO weight_record_table (time) VALUES (1);"
    )
    assert _read(tmp_path, {}, endless)[0] == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIF89a", "not_an_archive"),
        (b"SQLite format 3\0" + bytes(500), "database_damaged"),
        (b"PK\x03\x04", "archive_truncated"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        read_all(read_health_connect(path))
    assert refused.value.reason == reason


def test_another_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        _read(tmp_path, {}, "CREATE TABLE other (x)")
    assert refused.value.reason == "no_export_found"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "export.db"
    database.write_bytes(bytes(3_000_000))
    path = write_zip(tmp_path / "bomb.zip", database)
    with pytest.raises(ImportRefused) as refused:
        read_all(read_health_connect(path, limits=Limits(ratio_applies_after_bytes=1_000_000)))
    assert refused.value.reason == "archive_bomb"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bomb.zip", "export.db"]


def test_a_database_cut_anywhere_is_refused_or_gives_a_sound_part(tmp_path: Path) -> None:
    path = tmp_path / "cut.db"
    for content in cuts(write_database(tmp_path / "export.db", SOUND).read_bytes()):
        path.write_bytes(content)
        try:
            _, report = read_all(read_health_connect(path))
        except ImportRefused:
            continue
        assert is_balanced(report)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_database_with_wrong_bytes_is_refused_or_read(tmp_path: Path, changes: list[tuple[float, int]]) -> None:
    source = tmp_path / "export.db"
    content = bytearray((source if source.exists() else write_database(source, SOUND)).read_bytes())
    for place, value in changes:
        content[int(place * len(content))] = value
    path = tmp_path / "wrong.db"
    path.write_bytes(content)
    try:
        _, report = read_all(read_health_connect(path))
    except ImportRefused:
        return
    assert is_balanced(report)
