import json
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.sleep import SleepStage
from healthpartner.providers.contract import Chunk, DailyTotalChunk, ImportRefused, ImportReport, Limits
from healthpartner.providers.fitbit.takeout import is_takeout_name, read_takeout
from tests.support.imports import cuts, is_balanced, read_all, samples_by_metric, sleep_of, workouts_of

DATA = "Takeout/Fitbit/Global Export Data/"
PROFILE = {"Takeout/Fitbit/Your Profile/Profile.csv": "id,full_name,timezone\n1,X,America/New_York\n"}
NOON = 1_709_294_400_000  # 2024-03-01 12:00:00 UTC


def write_takeout(path: Path, files: Mapping[str, Any]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, str) else json.dumps(content))
    return path


def _read(folder: Path, files: Mapping[str, Any]) -> tuple[list[Chunk], ImportReport]:
    return read_all(read_takeout(write_takeout(folder / "takeout.zip", files)))


def _reading(value: Any, time: str = "03/01/24 12:00:00") -> dict[str, Any]:
    return {"dateTime": time, "value": value}


SLEEP = {
    "logId": 42,
    "dateOfSleep": "2024-03-01",
    "startTime": "2024-02-29T23:00:00.000",
    "endTime": "2024-03-01T07:00:00.000",
    "minutesAsleep": 430,
    "timeInBed": 480,
    "efficiency": 94,
    "mainSleep": True,
    "levels": {
        "summary": {},
        "data": [
            {"dateTime": "2024-02-29T23:00:00.000", "level": "light", "seconds": 3600},
            {"dateTime": "2024-03-01T00:00:00.000", "level": "deep", "seconds": 3600},
        ],
        "shortData": [{"dateTime": "2024-02-29T23:30:00.000", "level": "wake", "seconds": 60}],
    },
}
FILES: dict[str, Any] = {
    **PROFILE,
    DATA + "heart_rate-2024-03-01.json": [
        _reading({"bpm": 61, "confidence": 3}),
        _reading({"bpm": 62, "confidence": 2}, "03/01/24 12:00:05"),
        _reading({"bpm": 70, "confidence": 0}, "03/01/24 12:00:10"),
    ],
    DATA + "steps-2024-03-01.json": [_reading("12"), _reading("0", "03/01/24 12:01:00")],
    DATA + "distance-2024-03-01.json": [_reading("950")],
    DATA + "calories-2024-03-01.json": [_reading("1.25")],
    DATA + "very_active_minutes-2024-03-01.json": [_reading("34", "03/01/24 00:00:00")],
    DATA + "resting_heart_rate-2024-03-01.json": [
        _reading({"date": "03/01/24", "value": 55.5, "error": 6}, "03/01/24 00:00:00"),
        _reading({"date": None, "value": 0.0, "error": 0}, "03/02/24 00:00:00"),
    ],
    DATA + "demographic_vo2_max-2024-03-01.json": [_reading({"demographicVO2Max": 44.5})],
    DATA + "weight-2024-03-01.json": [
        {"logId": 1, "weight": 165.0, "bmi": 23.1, "date": "03/01/24", "time": "12:00:00"}
    ],
    DATA + "sleep-2024-03-01.json": [SLEEP],
    DATA + "exercise-0.json": [
        {
            "logId": 7,
            "activityName": "Run",
            "startTime": "03/01/24 12:00:00",
            "duration": 1_800_000,
            "activeDuration": 1_700_000,
            "calories": 300,
            "steps": 4200,
            "distance": 5.1,
            "distanceUnit": "Kilometer",
            "averageHeartRate": 150,
            "source": {"name": "Charge 6"},
        }
    ],
    "Takeout/Fitbit/Heart Rate Variability/Heart Rate Variability Details - 2024-03-01.csv": (
        "timestamp,rmssd,coverage\n2024-03-01T02:00:00,38.5,0.9\n"
    ),
    "Takeout/Fitbit/Oxygen Saturation (SpO2)/Minute SpO2 - 2024-03-01.csv": (
        "timestamp,value\n2024-03-01T06:00:00Z,96.5\n2024-03-01T06:01:00Z,50.0\n"
    ),
    "Takeout/Fitbit/Social/badge.json": [],
}


def test_every_kind_of_file_is_read(tmp_path: Path) -> None:
    chunks, report = _read(tmp_path, FILES)
    found = samples_by_metric(chunks)
    assert {slug: batch.value.tolist() for slug, batch in found.items()} == {
        "heart_rate": [61, 62],
        "steps": [12, 0],
        "distance": [9.5],
        "total_calories": [1.25],
        "vo2_max": [44.5],
        "weight": [pytest.approx(165 * 0.45359237)],
        "bmi": [23.1],
        "hrv": [38.5],
        "blood_oxygen": [96.5],
    }
    assert found["heart_rate"].start_ms.tolist() == [NOON, NOON + 5000]
    assert found["heart_rate"].offset_minutes.tolist() == [-300, -300]
    assert found["steps"].duration_ms.tolist() == [60_000, 60_000]
    # Two in the morning of New York.
    assert found["hrv"].start_ms[0] == NOON - 5 * 3_600_000
    assert report.skipped == {
        "no_confidence:heart_rate": 1,
        "bad_value:resting_heart_rate": 1,
        "bad_value:Minute SpO2": 1,
        "unsupported_file:badge": 1,
    }
    assert is_balanced(report)


def test_figures_of_whole_days_are_kept_as_such(tmp_path: Path) -> None:
    chunks, _ = _read(tmp_path, FILES)
    totals = [total for chunk in chunks if isinstance(chunk, DailyTotalChunk) for total in chunk.totals]
    assert [(METRICS_BY_CODE[total.metric].slug, total.day, total.value) for total in totals] == [
        ("vigorous_intensity_minutes", date(2024, 3, 1), 34.0),
        ("resting_heart_rate", date(2024, 3, 1), 55.5),
    ]


def test_a_night_is_in_the_persons_zone_and_short_wakes_cut_the_long_stages(tmp_path: Path) -> None:
    (session,) = sleep_of(_read(tmp_path, FILES)[0])
    assert (session.offset_minutes, session.day, session.is_nap) == (-300, date(2024, 3, 1), False)
    assert session.start_ms == NOON - 8 * 3_600_000
    assert session.external_id == "42"
    assert session.figures.duration_seconds == 430 * 60
    assert [(each.stage, (each.end_ms - each.start_ms) // 1000) for each in session.stages] == [
        (SleepStage.light, 1800),
        (SleepStage.awake, 60),
        (SleepStage.light, 1740),
        (SleepStage.deep, 3600),
    ]


def test_an_exercise_is_a_workout_of_its_tracker(tmp_path: Path) -> None:
    chunks, report = _read(tmp_path, FILES)
    (workout,) = workouts_of(chunks)
    assert (workout.sport, workout.start_ms, workout.end_ms) == ("running", NOON, NOON + 1_800_000)
    assert (workout.figures.distance_meters, workout.figures.active_seconds) == (5100.0, 1700.0)
    assert report.sources == {"Charge 6"}


def test_without_a_profile_clocks_are_taken_for_utc_and_the_day_stays(tmp_path: Path) -> None:
    files = {name: content for name, content in FILES.items() if "Profile" not in name}
    (session,) = sleep_of(_read(tmp_path, files)[0])
    assert (session.offset_minutes, session.day) == (None, date(2024, 3, 1))


def test_an_entry_that_is_none_leaves_the_others(tmp_path: Path) -> None:
    name = DATA + "steps-2024-03-01.json"
    chunks, report = _read(tmp_path, {name: [_reading("12"), {"dateTime": 5}, "x", _reading("7", "03/01/24 12:02:00")]})
    assert samples_by_metric(chunks)["steps"].value.tolist() == [12, 7]
    assert report.skipped == {"bad_entry:steps": 2}
    assert is_balanced(report)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (_reading("-5"), "out_of_range"),
        (_reading("many"), "bad_value"),
        (_reading("5", "yesterday"), "bad_date"),
        (_reading("5", "13/01/24 12:00:00"), "bad_date"),
        (_reading("5", "03/01/24 25:00:00"), "bad_date"),
        (_reading("5", "03/01/68 12:00:00"), "in_the_future"),
    ],
)
def test_what_cannot_be_a_sample_is_skipped_with_its_reason(tmp_path: Path, entry: Any, reason: str) -> None:
    _, report = _read(tmp_path, {DATA + "steps-2024-03-01.json": [entry, _reading("1")]})
    assert report.skipped == {f"{reason}:steps": 1}
    assert is_balanced(report)


def test_a_damaged_file_leaves_the_others_and_is_named(tmp_path: Path) -> None:
    chunks, report = _read(tmp_path, {**FILES, DATA + "steps-2024-03-02.json": '[{"dateTime": "03'})
    assert report.broken is not None
    assert report.skipped["file_damaged:steps"] == 1
    assert samples_by_metric(chunks)["steps"].value.tolist() == [12, 0]
    assert is_balanced(report)


def test_an_archive_without_fitbit_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        _read(tmp_path, {"Takeout/Keep/note.json": "{}"})
    assert refused.value.reason == "no_export_found"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = write_takeout(tmp_path / "bomb.zip", {DATA + "steps-2024-03-01.json": " " * 3_000_000})
    with pytest.raises(ImportRefused) as refused:
        read_all(read_takeout(path, limits=Limits(ratio_applies_after_bytes=1_000_000)))
    assert refused.value.reason == "archive_bomb"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        (DATA + "heart_rate-2024-03-01.json", True),
        (DATA + "exercise-100.json", True),
        ("x/Minute SpO2 - 2024-03-01.csv", True),
        (DATA + "sleep_score-2024-03-01.json", False),
        (DATA + "steps_goal-2024-03-01.json", False),
        ("conversations.json", False),
    ],
)
def test_files_are_known_by_their_names(name: str, is_one: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_takeout_name(name) is is_one


def test_an_archive_cut_anywhere_is_refused_or_read(tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    for content in cuts(write_takeout(tmp_path / "takeout.zip", FILES).read_bytes()):
        path.write_bytes(content)
        try:
            _, report = read_all(read_takeout(path))
        except ImportRefused:
            continue
        assert is_balanced(report)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(10**20), 10**20) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(entries=st.lists(_JSON | st.fixed_dictionaries({"dateTime": st.text(max_size=20), "value": _JSON}), max_size=5))
@pytest.mark.parametrize("kind", ["heart_rate", "steps", "resting_heart_rate", "weight", "sleep", "exercise"])
def test_any_json_is_read_or_skipped(tmp_path: Path, kind: str, entries: list[Any]) -> None:
    name = DATA + f"{kind}-2024-03-01.json"
    _, report = read_all(read_takeout(write_takeout(tmp_path / "any.zip", {name: json.dumps(entries)})))
    assert is_balanced(report)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.dictionaries(st.sampled_from(sorted(SLEEP)), _JSON, min_size=1, max_size=3))
def test_a_sleep_log_with_anything_in_it_is_read_or_skipped(tmp_path: Path, changes: dict[str, Any]) -> None:
    name = DATA + "sleep-2024-03-01.json"
    _, report = read_all(read_takeout(write_takeout(tmp_path / "any.zip", {name: json.dumps([{**SLEEP, **changes}])})))
    assert is_balanced(report)
