import csv
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.providers.contract import ImportRefused, Limits
from healthpartner.providers.fit.reader import read_fit
from tests.support.imports import SAMPLES, cuts, is_balanced, read_all, samples_by_metric, workouts_of

FIT = SAMPLES / "fit"
_RUN = (FIT / "garmin-fenix-5-run.fit").read_bytes()
_PACIFIC_DAYLIGHT = timezone(timedelta(hours=-7))


def _ms(text: str) -> int:
    moment = datetime.strptime(text.replace(" PDT", ""), "%a %b %d %H:%M:%S %Y").replace(tzinfo=_PACIFIC_DAYLIGHT)
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(("name", "feet"), [("garmin-fenix-5-bike", 1), ("garmin-fenix-5-run", 2)])
def test_a_watchs_records_agree_with_the_published_ones_record_by_record(name: str, feet: int) -> None:
    with (FIT / f"{name}-records.csv").open() as file:
        expected = list(csv.DictReader(file))
    chunks, _ = read_all(read_fit(FIT / f"{name}.fit"))
    found = samples_by_metric(chunks)
    (workout,) = workouts_of(chunks)
    times = [_ms(row["timestamp"]) for row in expected]

    for metric, column in (("heart_rate", "heart_rate"), ("speed", "speed"), ("air_temperature", "temperature")):
        assert found[metric].start_ms.tolist() == times
        assert found[metric].value.tolist() == [float(row[column]) for row in expected]
    assert found["altitude"].value == pytest.approx([float(row["altitude"]) for row in expected], abs=1e-9)
    assert set(found["heart_rate"].offset_minutes.tolist()) == {-420}
    if cadences := [float(row["cadence"]) for row in expected if row["cadence"]]:
        fractions = found["steps_cadence"].value - np.array(cadences) * feet
        assert ((fractions >= 0) & (fractions < feet)).all()
    distance = found["distance_cycling" if feet == 1 else "distance_walking_running"]
    covered = dict(zip((distance.start_ms + distance.duration_ms).tolist(), distance.value.cumsum(), strict=True))
    for row, time in zip(expected, times, strict=True):
        if time in covered:
            assert covered[time] == pytest.approx(float(row["distance"]), abs=1e-6)
    assert distance.value.sum() == pytest.approx(float(expected[-1]["distance"]))
    assert workout.route is not None
    assert workout.route.start_ms.tolist() == times
    half_turns = (1 << 31) / 180
    assert (workout.route.latitude * half_turns).round().tolist() == [int(row["position_lat"]) for row in expected]
    assert (workout.route.longitude * half_turns).round().tolist() == [int(row["position_long"]) for row in expected]


def test_an_activity_is_a_workout_with_laps_and_what_its_session_says() -> None:
    chunks, report = read_all(read_fit(FIT / "activity-small-fenix2-run.fit"))
    (workout,) = workouts_of(chunks)
    assert (workout.sport, workout.provider_sport, workout.offset_minutes) == ("running", "running", 120)
    assert datetime.fromtimestamp(workout.start_ms / 1000, UTC).isoformat() == "2015-08-15T14:45:08+00:00"
    assert workout.end_ms - workout.start_ms == 2_832_000
    assert [segment.kind for segment in workout.segments] == ["lap"] * 4
    assert workout.figures.distance_meters == 9008.22
    assert workout.figures.total_calories == 516
    assert workout.figures.heart_rate_max == 178
    assert workout.figures.elevation_gain_meters == 64
    assert report.sources == {"garmin fenix2"}
    assert is_balanced(report)


def test_a_run_of_some_steps_is_read_to_the_centimetre() -> None:
    chunks, report = read_all(read_fit(FIT / "Activity.fit"))
    found = samples_by_metric(chunks)
    (workout,) = workouts_of(chunks)

    # By hand from the bytes: timestamp 702940946, 13749 ms, 573 cm, and a local time 14400 s behind.
    assert (workout.sport, workout.offset_minutes) == ("running", -240)
    assert datetime.fromtimestamp(workout.start_ms / 1000, UTC).isoformat() == "2012-04-09T21:22:26+00:00"
    assert workout.end_ms - workout.start_ms == 13_749
    assert (workout.figures.distance_meters, workout.figures.active_seconds) == (5.73, 13.749)
    seconds = [workout.start_ms + 1000 * second for second in range(14)]
    assert found["speed"].start_ms.tolist() == seconds
    assert found["speed"].value.tolist() == [0.0] * 8 + [0.092, 0.152, 0.209, 0.262, 0.307, 0.368]
    assert found["altitude"].value == pytest.approx([278.2] * 14)
    steps = [0.02, 0.19, 0.07, 0.07, 0.06, 0.73, 0.71, 0.9, 0.76, 0.71, 0.71, 0.8]
    assert found["distance_walking_running"].value == pytest.approx(steps)
    assert workout.route is not None
    assert workout.route.start_ms.tolist() == seconds
    half_turns = (1 << 31) / 180
    assert (workout.route.latitude[[0, -1]] * half_turns).round().tolist() == [495_280_430, 495_280_402]
    assert (workout.route.longitude[[0, -1]] * half_turns).round().tolist() == [-872_696_681, -872_697_257]
    # Fourteen moments and the session; the lap and the activity tell of the same, three events and two heads of nothing.
    assert (report.records_read, report.records_kept, report.records_merged) == (22, 15, 2)
    assert report.skipped == {"not_a_sample:event": 3, "not_a_sample:file_id": 1, "not_a_sample:file_creator": 1}


def test_a_trackers_counters_become_what_was_added_between_two_moments() -> None:
    chunks, report = read_all(read_fit(FIT / "MonitoringFile.fit"))
    found = samples_by_metric(chunks)
    assert {slug: batch.value.sum() for slug, batch in found.items()} == {"steps": 3173.0, "calories": 69.0}
    # 50 cycles of two steps from 08:06 to 08:10, then up to 157.5 until 08:18.
    assert found["steps"].value[:2].tolist() == [100.0, 215.0]
    assert found["steps"].duration_ms[:2].tolist() == [240_000, 480_000]
    assert set(found["steps"].offset_minutes.tolist()) == {-360}
    assert is_balanced(report)


def test_a_scale_gives_weight_and_body_fat() -> None:
    chunks, _ = read_all(read_fit(FIT / "WeightScaleSingleUser.fit"))
    found = samples_by_metric(chunks)
    assert found["weight"].value.tolist() == [75.8, 76.09]
    assert found["body_fat"].value.tolist() == [22.3, 25.1]
    assert datetime.fromtimestamp(found["weight"].start_ms[0] / 1000, UTC) == datetime(2009, 9, 9, 21, 38, tzinfo=UTC)


def test_settings_are_no_health_data_and_said_to_be_none() -> None:
    chunks, report = read_all(read_fit(FIT / "Settings.fit"))
    assert chunks == []
    assert report.skipped["not_a_sample:bike_profile"] == 10
    assert is_balanced(report)


def test_fields_of_developers_are_named_and_leave_the_records_own_alone() -> None:
    chunks, report = read_all(read_fit(FIT / "developer-types-sample.fit"))
    found = samples_by_metric(chunks)
    assert report.skipped["developer_field:Form Power"] == 1
    assert found["power"].value[:3].tolist() == [165, 157, 151]
    assert found["distance_walking_running"].value.sum() == pytest.approx(6753.99)


def test_an_edge_computers_ride_is_read() -> None:
    chunks, _ = read_all(read_fit(FIT / "2015-10-13-08-43-15.fit"))
    (workout,) = workouts_of(chunks)
    assert (workout.sport, workout.figures.distance_meters) == ("cycling", 11536.43)
    assert len(samples_by_metric(chunks)["speed"]) == 221


@pytest.mark.parametrize(
    ("name", "reason", "offset"),
    [
        ("invalid_activity-settings-corruptheader.fit", "not_a_fit_file", -240),
        ("invalid_activity-unexpected-eof.fit", "file_truncated", None),
    ],
)
def test_a_broken_file_gives_what_is_sound_and_says_what_is_wrong(name: str, reason: str, offset: int | None) -> None:
    chunks, report = read_all(read_fit(FIT / name))
    assert report.broken is not None
    assert report.broken.reason == reason
    (workout,) = workouts_of(chunks)
    assert (workout.figures.distance_meters, workout.offset_minutes) == (5.73, offset)
    assert len(samples_by_metric(chunks)["speed"]) == 14
    assert is_balanced(report)


def test_two_files_behind_each_other_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "both.fit"
    path.write_bytes(_RUN + (FIT / "WeightScaleSingleUser.fit").read_bytes())
    chunks, report = read_all(read_fit(path))
    assert len(workouts_of(chunks)) == 1
    assert len(samples_by_metric(chunks)["weight"]) == 2
    assert report.broken is None


def test_a_file_that_breaks_before_its_session_is_still_a_workout(tmp_path: Path) -> None:
    path = tmp_path / "cut.fit"
    path.write_bytes(_RUN[:2_600])
    chunks, report = read_all(read_fit(path))
    (workout,) = workouts_of(chunks)
    assert workout.route is not None
    assert report.broken is not None


def test_a_file_larger_than_any_device_writes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.fit"
    path.write_bytes(_RUN)
    with pytest.raises(ImportRefused) as refused:
        read_all(read_fit(path, limits=Limits(max_bytes=100)))
    assert refused.value.reason == "too_large"


def test_a_file_cut_anywhere_is_refused_or_gives_a_sound_beginning(tmp_path: Path) -> None:
    path = tmp_path / "cut.fit"
    for content in cuts(_RUN):
        path.write_bytes(content)
        try:
            _, report = read_all(read_fit(path))
        except ImportRefused:
            continue
        assert is_balanced(report)
        assert report.broken is not None


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, len(_RUN) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_file_with_wrong_bytes_is_refused_or_read(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(_RUN)
    for place, value in changes:
        content[place] = value
    path = tmp_path / "wrong.fit"
    path.write_bytes(content)
    try:
        _, report = read_all(read_fit(path))
    except ImportRefused:
        return
    assert is_balanced(report)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(noise=st.binary(max_size=500))
def test_noise_behind_a_sound_header_never_breaks_the_reader(tmp_path: Path, noise: bytes) -> None:
    path = tmp_path / "noise.fit"
    path.write_bytes(_RUN[:14] + noise)
    try:
        _, report = read_all(read_fit(path))
    except ImportRefused:
        return
    assert is_balanced(report)
