from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.providers.contract import Chunk, ImportRefused, ImportReport
from healthpartner.providers.tcx.reader import read_tcx
from tests.support.imports import SAMPLES, cuts, is_balanced, read_all, samples_by_metric, workouts_of

SKIING = SAMPLES / "tcx_gpx" / "cross-country-skiing_activity_1.tcx"
_POINT = (
    "<Trackpoint><Time>2024-03-01T10:00:{second:02d}+01:00</Time><Position><LatitudeDegrees>46.5</LatitudeDegrees>"
    "<LongitudeDegrees>15.5</LongitudeDegrees></Position><DistanceMeters>{metres}</DistanceMeters>"
    "<HeartRateBpm><Value>{beats}</Value></HeartRateBpm><Extensions><ns3:TPX><ns3:RunCadence>80</ns3:RunCadence>"
    "<ns3:Watts>250</ns3:Watts></ns3:TPX></Extensions></Trackpoint>"
)
_HEAD = (
    '<?xml version="1.0"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
    'xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Activities>'
)
_TAIL = "</Activities></TrainingCenterDatabase>"


def _activity(points: int = 5, sport: str = "Running", seconds: object = 4) -> str:
    track = "".join(_POINT.format(second=at, metres=at * 3.0, beats=120 + at) for at in range(points))
    lap = (
        f'<Lap StartTime="2024-03-01T10:00:00+01:00"><TotalTimeSeconds>{seconds}</TotalTimeSeconds>'
        f"<DistanceMeters>12</DistanceMeters><Calories>7</Calories><Track>{track}</Track></Lap>"
    )
    return f'<Activity Sport="{sport}"><Id>x</Id>{lap}<Creator><Name>Watch</Name></Creator></Activity>'


def _read(folder: Path, text: str | bytes) -> tuple[list[Chunk], ImportReport]:
    path = folder / "activity.tcx"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_all(read_tcx(path))


def test_a_published_activity_is_read() -> None:
    chunks, report = read_all(read_tcx(SKIING))
    (workout,) = workouts_of(chunks)
    found = samples_by_metric(chunks)
    assert datetime.fromtimestamp(workout.start_ms / 1000, UTC) == datetime(2020, 12, 26, 15, 14, 21, tzinfo=UTC)
    assert [round(segment.figures.distance_meters or 0, 2) for segment in workout.segments] == [5000.0, 692.01]
    assert workout.figures.total_calories == 498 + 34
    assert workout.figures.active_seconds == pytest.approx(2160.432 + 240.828)
    assert (workout.figures.heart_rate_min, workout.figures.heart_rate_max) == (83, 172)
    assert len(found["heart_rate"]) == len(found["speed"]) == 486
    assert found["distance"].value.sum() == pytest.approx(5692.01, abs=0.5)
    assert report.sources == {"vívoactive HR"}
    assert is_balanced(report)


def test_a_run_has_both_feets_steps_power_and_the_offset_that_is_written(tmp_path: Path) -> None:
    chunks, _ = _read(tmp_path, _HEAD + _activity() + _TAIL)
    (workout,) = workouts_of(chunks)
    found = samples_by_metric(chunks)
    assert (workout.sport, workout.offset_minutes) == ("running", 60)
    assert set(found["steps_cadence"].value.tolist()) == {160.0}
    assert set(found["power"].value.tolist()) == {250.0}
    assert found["distance_walking_running"].value.tolist() == [3.0] * 4
    assert set(found["heart_rate"].offset_minutes.tolist()) == {60}


def test_courses_and_planned_workouts_are_no_activities(tmp_path: Path) -> None:
    text = (
        _HEAD + _activity() + "</Activities><Courses><Course><Name>x</Name></Course></Courses></TrainingCenterDatabase>"
    )
    _, report = _read(tmp_path, text)
    assert report.skipped == {"not_an_activity:Course": 1}


@pytest.mark.parametrize("seconds", ["nan", "1e300", "-5", "inf", "x"])
def test_a_duration_that_cannot_be_does_no_harm(tmp_path: Path, seconds: str) -> None:
    chunks, report = _read(tmp_path, _HEAD + _activity(seconds=seconds) + _TAIL)
    assert len(workouts_of(chunks)) == 1
    assert is_balanced(report)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html/>", "unsupported_format"),
        ("<" * 50, "xml_malformed"),
        ('<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><TrainingCenterDatabase/>', "xml_entities_forbidden"),
    ],
)
def test_another_document_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        _read(tmp_path, text)
    assert refused.value.reason == reason


def test_a_file_cut_anywhere_is_refused_or_gives_a_sound_beginning(tmp_path: Path) -> None:
    for content in cuts(SKIING.read_bytes()[:60_000]):
        try:
            _, report = _read(tmp_path, content)
        except ImportRefused:
            continue
        assert is_balanced(report)
        assert report.broken is not None


_TEXT = (_HEAD + _activity() * 2 + _TAIL).encode()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, len(_TEXT) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_file_with_wrong_bytes_is_refused_or_read(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(_TEXT)
    for place, value in changes:
        content[place] = value
    try:
        _, report = _read(tmp_path, bytes(content))
    except ImportRefused:
        return
    assert is_balanced(report)
