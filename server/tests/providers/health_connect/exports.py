"""Small Health Connect databases, with the columns that Android writes."""

import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_RECORD = (
    "row_id INTEGER PRIMARY KEY, uuid BLOB, last_modified_time INTEGER, device_info_id INTEGER, app_info_id INTEGER"
)
_INSTANT = f"{_RECORD}, time INTEGER, zone_offset INTEGER, local_date INTEGER"
_INTERVAL = (
    f"{_RECORD}, start_time INTEGER, start_zone_offset INTEGER, end_time INTEGER, end_zone_offset INTEGER, "
    "local_date INTEGER, local_date_time_start_time INTEGER AS (start_time + 1000 * start_zone_offset)"
)
SCHEMA = f"""
CREATE TABLE application_info_table (row_id INTEGER PRIMARY KEY, package_name TEXT, app_icon BLOB);
CREATE TABLE device_info_table (row_id INTEGER PRIMARY KEY, manufacturer TEXT, model TEXT);
CREATE TABLE steps_record_table ({_INTERVAL}, count INTEGER);
CREATE TABLE active_calories_burned_record_table ({_INTERVAL}, energy REAL);
CREATE TABLE hydration_record_table ({_INTERVAL}, volume REAL);
CREATE TABLE nutrition_record_table ({_INTERVAL}, energy REAL, protein REAL, total_carbohydrate REAL, sodium REAL);
CREATE TABLE weight_record_table ({_INSTANT}, weight REAL);
CREATE TABLE blood_glucose_record_table ({_INSTANT}, level REAL);
CREATE TABLE blood_pressure_record_table ({_INSTANT}, systolic REAL, diastolic REAL);
CREATE TABLE heart_rate_variability_rmssd_record_table ({_INSTANT}, heart_rate_variability_millis REAL);
CREATE TABLE menstruation_flow_record_table ({_INSTANT}, flow INTEGER);
CREATE TABLE heart_rate_record_table ({_INTERVAL});
CREATE TABLE heart_rate_record_series_table (parent_key INTEGER, beats_per_minute INTEGER, epoch_millis INTEGER);
CREATE TABLE SpeedRecordTable ({_INTERVAL});
CREATE TABLE speed_record_table (parent_key INTEGER, speed REAL, epoch_millis INTEGER);
CREATE TABLE sleep_session_record_table ({_INTERVAL}, notes TEXT, title TEXT);
CREATE TABLE sleep_stages_table
    (parent_key INTEGER, stage_start_time INTEGER, stage_end_time INTEGER, stage_type INTEGER);
CREATE TABLE exercise_session_record_table ({_INTERVAL}, exercise_type INTEGER, title TEXT, has_route INTEGER);
CREATE TABLE exercise_laps_table
    (parent_key INTEGER, lap_start_time INTEGER, lap_end_time INTEGER, lap_length REAL);
CREATE TABLE exercise_route_table
    (parent_key INTEGER, timestamp_millis INTEGER, latitude REAL, longitude REAL, altitude REAL);
INSERT INTO application_info_table VALUES (1, 'com.example.watch', NULL), (2, 'com.example.scale', NULL);
INSERT INTO device_info_table VALUES (1, 'Google', 'Pixel Watch');
"""

T = 1_709_280_000_000  # 2024-03-01 08:00:00 UTC
BERLIN = 3600

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def record(**more: Any) -> dict[str, Any]:
    return {"uuid": b"\x01" * 16, "last_modified_time": T, "device_info_id": 1, "app_info_id": 1, **more}


def instant(at: int = T, **more: Any) -> dict[str, Any]:
    return record(time=at, zone_offset=BERLIN, **more)


def interval(start: int = T, end: int = T + 60_000, **more: Any) -> dict[str, Any]:
    return record(start_time=start, start_zone_offset=BERLIN, end_time=end, end_zone_offset=BERLIN, **more)


def write_database(path: Path, tables: Tables, schema: str = SCHEMA) -> Path:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(schema)
        for table, rows in tables.items():
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
    connection.close()
    return path


def write_zip(path: Path, database: Path, name: str = "health_connect_export.db") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(database, name)
    return path
