"""Saved answers of providers' APIs, with figures read from the files by eye."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.sleep import SleepStage
from healthpartner.domains.ingestion.formats import format_of
from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.bodies.reader import BodyReader
from healthpartner.providers.contract import Chunk, DailyTotalChunk, ImportReader, ImportRefused, ImportReport
from healthpartner.providers.fitbit.api import read_fitbit_api
from healthpartner.providers.fitbit.fitabase import read_fitabase
from healthpartner.providers.garmin.api import read_garmin
from healthpartner.providers.strava.api import read_strava
from healthpartner.providers.withings.api import read_withings
from tests.support.imports import SAMPLES, is_balanced, read_all, samples_by_metric, sleep_of, workouts_of

READERS: dict[str, Callable[[Path], BodyReader]] = {
    "fitbit_api": read_fitbit_api,
    "withings": read_withings,
    "garmin_connect": read_garmin,
    "strava": read_strava,
}
FORMATS = {"withings": "withings_api", "strava": "strava_api"}


def read(name: str) -> tuple[list[Chunk], ImportReport]:
    chunks, report = read_all(READERS[name.split("/", maxsplit=1)[0]](SAMPLES / name))
    assert is_balanced(report)
    return chunks, report


def totals(chunks: list[Chunk]) -> dict[tuple[str, date], float | None]:
    return {
        (METRICS_BY_CODE[total.metric].slug, total.day): total.value
        for chunk in chunks
        if isinstance(chunk, DailyTotalChunk)
        for total in chunk.totals
    }


def instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@pytest.mark.parametrize("path", sorted(path for folder in READERS for path in (SAMPLES / folder).iterdir()), ids=str)
def test_every_published_body_shows_its_format_and_adds_up(path: Path) -> None:
    expected = FORMATS.get(path.parent.name, path.parent.name)
    kind = format_of(path, None)
    assert kind.name == expected
    reader: ImportReader = kind.open(path)
    _, report = read_all(reader)
    assert report.records_read > 0
    assert is_balanced(report)


def test_fitbits_exercises_and_the_day_beside_them() -> None:
    chunks, _ = read("fitbit_api/fitbit-activities-date-multiple-in-activities-list.json")
    run, swim, walk = workouts_of(chunks)
    assert (run.sport, run.figures.distance_meters, run.figures.steps) == ("running", 6437.38, 6761)
    assert instant(run.start_ms) == datetime(2015, 6, 23, 11, 55, tzinfo=UTC)
    assert run.end_ms - run.start_ms == 1_440_000
    assert (swim.sport, walk.sport) == ("swimming", "walking")
    day = date(2015, 6, 23)
    assert totals(chunks) == {
        ("steps", day): 15242,
        ("distance", day): 12870,
        ("total_calories", day): 1218,
        ("calories", day): 150,
        ("low_intensity_minutes", day): 72,
        ("moderate_intensity_minutes", day): 0,
        ("vigorous_intensity_minutes", day): 24,
    }


def test_fitbits_minutes_of_a_day() -> None:
    chunks, _ = read("fitbit_api/fitbit-activities-heart-1d-1m-intraday.json")
    heart = samples_by_metric(chunks)["heart_rate"]
    assert heart.value.tolist() == [64, 63, 64, 65, 65]
    assert instant(int(heart.start_ms[0])) == datetime(2015, 8, 21, 0, 1, tzinfo=UTC)
    assert totals(chunks) == {("heart_rate", date(2015, 8, 21)): 64.2}
    chunks, _ = read("fitbit_api/fitbit-activities-steps-1d-1m-intraday.json")
    steps = samples_by_metric(chunks)["steps"]
    assert (steps.value.tolist(), steps.duration_ms.tolist()) == ([7, 0, 52], [60_000] * 3)
    assert totals(chunks) == {("steps", date(2015, 8, 21)): 3212}


def test_fitbits_days_weights_and_nights() -> None:
    chunks, _ = read("fitbit_api/fitbit-activities-steps-timeseries.json")
    assert list(totals(chunks).values()) == [175, 2937, 0]
    found = samples_by_metric(read("fitbit_api/fitbit-body-log-weight.json")[0])
    assert found["weight"].value.tolist() == [56.7, 55.9, 58.1, 57.2]
    assert found["bmi"].value.tolist() == [21.48, 21.17, 21.99, 21.65]
    nap, night = sleep_of(read("fitbit_api/fitbit-sleep-date.json")[0])
    assert (nap.is_nap, night.is_nap, nap.day) == (True, False, date(2016, 12, 13))
    assert (nap.figures.duration_seconds, night.figures.duration_seconds) == (63 * 60, 112 * 60)
    assert len(night.stages) == 7
    assert night.stages[1].stage is SleepStage.unknown


def test_a_blood_pressure_the_wrong_way_round_is_skipped() -> None:
    report = ImportReport()
    collected = Collected(report, "withings")
    collected.entry("measuregrps", collected.sample("blood_pressure", 0, 80, second=120))
    assert list(collected.chunks()) == []
    assert (report.skipped, report.out_of_range) == ({"no_value:measuregrps": 1}, {"blood_pressure": 1})


def test_withings_measures() -> None:
    found = samples_by_metric(read("withings/shimmer_withings-body-measures.json")[0])
    pressure = found["blood_pressure"]
    assert pressure.second is not None
    assert (pressure.value.tolist(), pressure.second.tolist()) == ([104], [68])
    assert found["weight"].value.tolist() == [74.128, 74.126]
    assert found["heart_rate"].value.tolist() == [47, 51, 41]
    assert (found["height"].value.tolist(), found["body_temperature"].value.tolist()) == ([193], [37])
    # May in Los Angeles.
    assert pressure.offset_minutes.tolist() == [-420]
    chunks, _ = read("withings/aiowithings_measurement.json")
    assert samples_by_metric(chunks)["weight"].value.tolist() == [118.003]
    found = samples_by_metric(read("withings/aiowithings_measurement_positions.json")[0])
    assert found["weight"].value.tolist() == [95.854, 96.44]
    assert found["lean_mass"].value.tolist() == [77.18, 78.63]
    found = samples_by_metric(read("withings/aiowithings_measurement_list_2.json")[0])
    assert len(found["weight"]) == 17
    heart = found["heart_rate"]
    assert dict(zip(heart.start_ms.tolist(), heart.value.tolist(), strict=True))[1_703_523_863_000] == 120


def test_withings_days_and_minutes() -> None:
    chunks, _ = read("withings/aiowithings_activity.json")
    assert totals(chunks)["steps", date(2023, 10, 20)] == 1209
    assert totals(chunks)["calories", date(2023, 10, 21)] == 134.132
    assert totals(chunks)["vigorous_intensity_minutes", date(2023, 10, 21)] == 7
    chunks, _ = read("withings/shimmer_withings-activity-measures.json")
    assert totals(chunks)["steps", date(2015, 6, 18)] == 2934
    assert totals(chunks)["low_intensity_minutes", date(2015, 6, 18)] == 13
    chunks, report = read("withings/shimmer_withings-intraday-activity.json")
    found = samples_by_metric(chunks)
    assert found["steps"].value.tolist() == [21, 47, 20, 74]
    assert found["distance"].value.tolist() == [15, 35, 17, 59]
    assert report.skipped == {"no_value:series": 2}


def test_withings_nights_and_workouts() -> None:
    (session,) = sleep_of(read("withings/shimmer_withings-sleep-measures.json")[0])
    assert [stage.stage for stage in session.stages] == [SleepStage.awake, SleepStage.light, SleepStage.rem]
    assert (session.start_ms, session.end_ms) == (1_417_550_400_000, 1_417_554_000_000)
    first, second = sleep_of(read("withings/shimmer_withings-sleep-summary.json")[0])
    assert (first.day, first.external_id, first.offset_minutes) == (date(2017, 9, 2), "123", 60)
    assert (first.figures.deep_seconds, first.figures.light_seconds) == (7800, 3360)
    assert second.figures.duration_seconds == 15900 + 13800
    nights = sleep_of(read("withings/aiowithings_sleep_summary.json")[0])
    assert len(nights) == 300
    assert (nights[0].figures.duration_seconds, nights[0].figures.efficiency_percent) == (18660, 86)
    workouts = workouts_of(read("withings/aiowithings_workouts.json")[0])
    assert [workout.figures.steps for workout in workouts if workout.figures.steps] == [
        779, 1450, 1650, 1076, 216, 3339, 291, 267, 403, 403,
    ]  # fmt: skip
    assert {workout.sport for workout in workouts} == {"walking"}


@pytest.mark.parametrize("name", ["aiowithings_device", "aiowithings_notify_list", "aiowithings_notify_subscribe"])
def test_withings_lists_of_other_things_hold_no_data(name: str) -> None:
    chunks, report = read(f"withings/{name}.json")
    assert chunks == []
    assert sum(report.skipped.values()) == 1


def test_garmins_bodies() -> None:
    chunks, _ = read("garmin_connect/daily_heart_rate_get.json")
    heart = samples_by_metric(chunks)["heart_rate"]
    assert (heart.start_ms[0], heart.value[:2].tolist(), heart.offset_minutes[0]) == (1_767_765_600_000, [63, 62], -360)
    assert totals(chunks)["resting_heart_rate", date(2026, 1, 7)] == 52
    chunks, _ = read("garmin_connect/daily_hrv.json")
    assert len(totals(chunks)) == 20
    assert totals(chunks)["hrv", date(2023, 7, 2)] == 44
    hrv = samples_by_metric(read("garmin_connect/hrv_data_get.json")[0])["hrv"]
    assert (len(hrv), hrv.value[:2].tolist(), hrv.offset_minutes[0]) == (81, [54, 56], -360)
    chunks, _ = read("garmin_connect/daily_summary_get.json")
    day = date(2025, 6, 14)
    told = totals(chunks)
    assert (told["steps", day], told["distance", day], told["calories", day]) == (5459, 4471, 99)
    assert (told["floors", day], told["resting_heart_rate", day]) == (4.31299, 51)
    (night,) = sleep_of(read("garmin_connect/sleep_data_get.json")[0])
    assert (night.day, night.offset_minutes, night.figures.duration_seconds) == (date(2021, 7, 20), -300, 25740)
    assert (night.figures.deep_seconds, night.figures.rem_seconds) == (4440, 2580)
    chunks, report = read("garmin_connect/training_readiness_data_get.json")
    assert chunks == []
    assert set(report.skipped) == {"not_a_sample:trainingreadiness", "unknown_body:body"}


def test_stravas_activity_and_zones() -> None:
    (workout,) = workouts_of(read("strava/activity.3.json")[0])
    assert (workout.sport, workout.external_id, workout.offset_minutes) == ("running", "99895560", -480)
    assert instant(workout.start_ms) == datetime(2013, 12, 12, 19, 36, 41, tzinfo=UTC)
    assert workout.end_ms - workout.start_ms == 3_140_000
    assert (workout.figures.distance_meters, workout.figures.active_seconds) == (5781.1, 2892)
    assert (workout.figures.total_calories, workout.figures.elevation_gain_meters) == (537.9, 13.5)
    chunks, report = read("strava/example_zone_response.json")
    assert chunks == []
    assert report.skipped == {"not_a_sample:zones": 2}


def test_fitabases_tables_are_read_for_the_first_person() -> None:
    folder = SAMPLES / "fitbit_kaggle"
    chunks, report = read_all(read_fitabase(folder / "dailyActivity_merged.csv"))
    told = totals(chunks)
    assert (told["steps", date(2016, 4, 12)], told["distance", date(2016, 4, 12)]) == (13162, 8500)
    assert told["vigorous_intensity_minutes", date(2016, 4, 13)] == 21
    # The twelfth of April stands there twice, once with 224 steps.
    assert (report.records_kept, report.records_merged) == (49, 1)
    assert report.skipped["another_person:Id"] == 1397 - 50
    chunks, report = read_all(read_fitabase(folder / "weightLogInfo_merged.csv"))
    assert samples_by_metric(chunks)["weight"].value.tolist() == [53.29999924, 52.59999847, 52.59999847]
    assert samples_by_metric(chunks)["body_fat"].value.tolist() == [22, 22]
    assert format_of(folder / "sleepDay_merged.csv", None).name == "fitabase"


@pytest.mark.parametrize(
    ("content", "reason"), [("{", "json_malformed"), ('{"x": 1}', "unsupported_format"), ("[]", "unsupported_format")]
)
def test_other_json_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "body.json"
    path.write_text(content)
    with pytest.raises(ImportRefused) as refused:
        format_of(path, None)
    assert refused.value.reason == reason


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(10**20), 10**20) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("folder", sorted(READERS))
def test_a_body_with_anything_in_it_is_read_or_skipped(tmp_path: Path, folder: str, data: st.DataObject) -> None:
    """A published body in which one value anywhere became another."""
    source = data.draw(st.sampled_from(sorted((SAMPLES / folder).iterdir())))
    body = json.loads(source.read_text())
    place: Any = body
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else range(min(3, len(place)))
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            place[key] = data.draw(_JSON)
            break
        place = place[key]
    path = tmp_path / "body.json"
    path.write_text(json.dumps(body))
    try:
        _, report = read_all(READERS[folder](path))
    except ImportRefused:
        return
    assert is_balanced(report)
