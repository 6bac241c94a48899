import zipfile
from pathlib import Path

import pytest

from healthpartner.canonical.workouts import Workout
from healthpartner.providers.apple_health.export_reader import read_export
from healthpartner.providers.contract import ImportReport
from tests.providers.apple_health.exports import SAMPLES, export_of, is_balanced, read_all, read_any, read_text
from tests.support.apple_health import record
from tests.support.imports import workouts_of

TIMES = 'startDate="2024-07-01 08:00:00 -0700" endDate="2024-07-01 09:00:00 -0700"'


def workout(inner: str = "", kind: str = "Running", more: str = TIMES) -> str:
    return (
        f'<Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="55.5" durationUnit="min" '
        f'sourceName="Watch" {more}>{inner}</Workout>'
    )


def statistics(kind: str, unit: str, **values: object) -> str:
    said = " ".join(f'{name}="{value}"' for name, value in values.items())
    return f'<WorkoutStatistics type="HKQuantityTypeIdentifier{kind}" {TIMES} {said} unit="{unit}"/>'


def detail(key: str, value: str) -> str:
    return f'<MetadataEntry key="{key}" value="{value}"/>'


def read_one(folder: Path, entry: str) -> Workout:
    (found,) = workouts_of(read_any(folder, export_of(entry))[0])
    return found


def test_statistics_and_details_become_figures(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        workout(
            statistics("DistanceWalkingRunning", "mi", sum="6.2")
            + statistics("ActiveEnergyBurned", "kJ", sum="2510.4")
            + statistics("BasalEnergyBurned", "Cal", sum="80")
            + statistics("HeartRate", "count/min", minimum="90", average="150.5", maximum="181")
            + statistics("RunningPower", "W", average="240", maximum="410")
            + detail("HKElevationAscended", "12345 cm")
            + detail("HKWeatherTemperature", "68 degF")
        ),
    )
    assert (found.sport, found.provider_sport, found.offset_minutes) == ("running", "Running", -420)
    assert found.end_ms - found.start_ms == 3_600_000
    assert found.figures.active_seconds == 3330.0
    assert found.figures.distance_meters == pytest.approx(6.2 * 1609.344)
    assert found.figures.active_calories == pytest.approx(600.0)
    assert found.figures.total_calories == pytest.approx(680.0)
    assert (found.figures.heart_rate_min, found.figures.heart_rate_mean, found.figures.heart_rate_max) == (
        90,
        150.5,
        181,
    )
    assert (found.figures.average_power_watts, found.figures.max_power_watts) == (240, 410)
    assert found.figures.elevation_gain_meters == pytest.approx(123.45)
    assert found.figures.average_temperature == pytest.approx(20.0)


def test_older_exports_say_their_totals_as_attributes() -> None:
    chunks, report = read_all(read_export(SAMPLES / "export_small.xml"))
    (found,) = workouts_of(chunks)
    assert found.figures.distance_meters == pytest.approx(0.4971749504535062 * 1609.344)
    assert found.figures.active_calories == pytest.approx(48.745)
    assert found.figures.active_seconds == pytest.approx(5.19412346680959 * 60, abs=1e-3)
    # Los Angeles had left summer time, whatever the phone writes.
    assert found.offset_minutes == -480
    assert found.route is not None
    assert found.route.latitude.tolist() == [37.7777, 37.7777]
    assert is_balanced(report)


@pytest.mark.parametrize(
    ("kind", "key", "value", "sport"),
    [
        ("Running", "HKIndoorWorkout", "1", "indoor_running"),
        ("Cycling", "HKIndoorWorkout", "1", "indoor_cycling"),
        ("Cycling", "HKIndoorWorkout", "0", "cycling"),
        ("Swimming", "HKSwimmingLocationType", "1", "pool_swimming"),
        ("Swimming", "HKSwimmingLocationType", "2", "open_water_swimming"),
        ("TraditionalStrengthTraining", "HKIndoorWorkout", "1", "strength_training"),
        ("SomethingNew", "x", "y", "other"),
    ],
)
def test_details_tell_where_a_sport_was_done(tmp_path: Path, kind: str, key: str, value: str, sport: str) -> None:
    assert read_one(tmp_path, workout(detail(key, value), kind)).sport == sport


def test_laps_and_the_legs_of_a_triathlon_are_segments(tmp_path: Path) -> None:
    legs = "".join(
        f'<WorkoutActivity startDate="2024-07-01 08:{first}:00 -0700" endDate="2024-07-01 08:{last}:00 -0700">'
        f"{statistics('DistanceCycling', 'km', sum=km)}</WorkoutActivity>"
        for first, last, km in (("00", "20", 1), ("20", "50", 20))
    )
    lap = (
        '<WorkoutEvent type="HKWorkoutEventTypeLap" date="2024-07-01 08:10:00 -0700" duration="5" durationUnit="min"/>'
    )
    found = read_one(tmp_path, workout(legs + lap, "SwimBikeRun"))
    assert [(each.kind, (each.end_ms - each.start_ms) // 60_000) for each in found.segments] == [
        ("activity", 20),
        ("activity", 30),
        ("lap", 5),
    ]
    assert found.segments[1].figures.distance_meters == 20_000
    assert found.figures.distance_meters is None


def test_a_routes_and_an_events_details_are_not_the_workouts(tmp_path: Path) -> None:
    inner = (
        f'<WorkoutEvent type="HKWorkoutEventTypeMarker" date="x">{detail("HKIndoorWorkout", "1")}</WorkoutEvent>'
        f'<WorkoutRoute sourceName="x">{detail("HKIndoorWorkout", "1")}</WorkoutRoute>'
    )
    assert read_one(tmp_path, workout(inner)).sport == "running"


def test_the_zone_of_a_sample_tells_its_offset(tmp_path: Path) -> None:
    kind, moment = "HKQuantityTypeIdentifierHeartRate", "2024-02-01 08:{:02d}:00 -0700"
    entries = [
        record(kind, "W", moment.format(at), moment.format(at), 60 + at, "count/min", **more)
        for at, more in enumerate([{}, {"inner": detail("HKTimeZone", "Europe/Berlin")}, {}])
    ]
    (chunk,), _ = read_text(tmp_path, export_of(*entries))
    assert chunk.batch.offset_minutes.tolist() == [-420, 60, -420]


ROUTE = (
    '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    '<trkpt lon="-122.4" lat="37.78"><ele>4</ele><time>2024-07-01T15:00:42Z</time></trkpt>'
    '<trkpt lon="-122.5" lat="37.79"><ele>5</ele><time>2024-07-01T15:00:43Z</time></trkpt></trkseg></trk></gpx>'
)
REFERENCE = '<WorkoutRoute><FileReference path="/workout-routes/route_1.gpx"/></WorkoutRoute>'


def read_zip(folder: Path, members: dict[str, str]) -> tuple[Workout, ImportReport]:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    chunks, report = read_all(read_export(path))
    (found,) = workouts_of(chunks)
    assert is_balanced(report)
    return found, report


def test_a_route_is_read_from_its_file_in_the_archive(tmp_path: Path) -> None:
    folder = "apple_health_export"
    found, report = read_zip(
        tmp_path,
        {
            f"{folder}/export.xml": export_of(workout(REFERENCE)),
            f"{folder}/workout-routes/route_1.gpx": ROUTE,
        },
    )
    assert found.route is not None
    assert found.route.longitude.tolist() == [-122.4, -122.5]
    assert (report.records_read, report.records_kept, report.records_merged) == (2, 1, 1)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "route_missing"),
        ({"x/route_1.gpx": "<gpx/>"}, "route_empty"),
        ({"x/route_1.gpx": ROUTE[:-50]}, "route_xml_malformed"),
        ({"x/route_1.gpx": '<!DOCTYPE x [<!ENTITY y "z">]><gpx/>'}, "route_xml_entities_forbidden"),
    ],
)
def test_a_route_that_cannot_be_read_leaves_its_workout(tmp_path: Path, members: dict[str, str], reason: str) -> None:
    found, report = read_zip(tmp_path, {"x/export.xml": export_of(workout(REFERENCE)), **members})
    assert found.route is None
    assert report.skipped == {f"{reason}:WorkoutRoute": 1}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (workout(REFERENCE, more='startDate="x" endDate="y"'), "bad_date"),
        (workout(REFERENCE, more=TIMES.replace("09:00", "07:00")), "ends_before_start"),
        (workout(REFERENCE, more=TIMES.replace("2024", "2034")), "in_the_future"),
    ],
)
def test_a_workout_that_cannot_be_is_skipped_with_its_route(tmp_path: Path, entry: str, reason: str) -> None:
    chunks, report = read_any(tmp_path, export_of(entry))
    assert chunks == []
    assert report.skipped == {f"{reason}:Workout": 1, f"{reason}:WorkoutRoute": 1}
    assert is_balanced(report)
