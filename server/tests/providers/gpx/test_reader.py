from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.providers.contract import Chunk, ImportRefused, ImportReport
from healthpartner.providers.gpx.reader import read_gpx
from tests.support.imports import SAMPLES, cuts, is_balanced, read_all, samples_by_metric, workouts_of

_TRACK = """<?xml version="1.0"?>
<gpx version="1.1" creator="Watch" xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:tpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
<trk><name>Morning</name><type>{kind}</type><trkseg>
<trkpt lat="48.0" lon="11.0"><ele>500.5</ele><time>2024-03-01T09:00:00Z</time><extensions><power>210</power>
<tpx:TrackPointExtension><tpx:atemp>7.5</tpx:atemp><tpx:hr>121</tpx:hr><tpx:cad>85</tpx:cad></tpx:TrackPointExtension>
</extensions></trkpt>
<trkpt lat="48.001" lon="11.0"><ele>501</ele><time>2024-03-01T09:00:30Z</time><extensions>
<tpx:TrackPointExtension><tpx:hr>900</tpx:hr></tpx:TrackPointExtension></extensions></trkpt>
<trkpt lat="48.002" lon="11.0"/>
<trkpt lat="95" lon="11.0"><time>2024-03-01T09:01:00Z</time></trkpt>
</trkseg></trk></gpx>"""


def _read(folder: Path, text: str | bytes) -> tuple[list[Chunk], ImportReport]:
    path = folder / "track.gpx"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_all(read_gpx(path))


def test_a_published_file_with_several_tracks_is_read() -> None:
    chunks, report = read_all(read_gpx(SAMPLES / "tcx_gpx" / "cerknicko-jezero.gpx"))
    workouts = workouts_of(chunks)
    assert [workout.title for workout in workouts] == [f"ACTIVE LOG #{number}" for number in range(2, 9)]
    assert [len(workout.route) for workout in workouts if workout.route] == [173, 52, 2, 44, 2, 2, 21]
    assert samples_by_metric(chunks)["altitude"].value[0] == 542.320923
    assert report.skipped == {"not_a_track:waypoint": 7}
    assert is_balanced(report)


def test_every_field_of_the_format_is_read_past() -> None:
    chunks, report = read_all(read_gpx(SAMPLES / "tcx_gpx" / "gpx1.1_with_all_fields.gpx"))
    (workout,) = workouts_of(chunks)
    assert workout.title == "example name t"
    assert report.skipped == {"not_a_track:route_point": 5, "not_a_track:waypoint": 2}


def test_a_route_of_apple_health_is_a_track_too() -> None:
    chunks, _ = read_all(read_gpx(SAMPLES / "apple_health" / "route_2019-06-11.gpx"))
    (workout,) = workouts_of(chunks)
    assert workout.route is not None
    assert workout.route.latitude.tolist() == [37.781672, 37.78167, 37.78167]


def test_extensions_give_heart_rate_cadence_power_and_temperature(tmp_path: Path) -> None:
    chunks, report = _read(tmp_path, _TRACK.format(kind="cycling"))
    (workout,) = workouts_of(chunks)
    found = {slug: batch.value.tolist() for slug, batch in samples_by_metric(chunks).items()}
    assert found == {
        "heart_rate": [121.0],
        "power": [210.0],
        "altitude": [500.5, 501.0],
        "air_temperature": [7.5],
        "cycling_cadence": [85.0],
    }
    assert (workout.sport, workout.title, workout.offset_minutes) == ("cycling", "Morning", None)
    # One thousandth of a degree of latitude.
    assert workout.figures.distance_meters == pytest.approx(111.2, abs=0.1)
    assert workout.route is not None
    assert len(workout.route) == 2
    assert report.skipped == {"no_time:trkpt": 1}
    assert report.out_of_range == {"heart_rate": 1}
    assert is_balanced(report)


@pytest.mark.parametrize(
    ("kind", "sport"), [("running", "running"), ("Run", "running"), ("trail_running", "trail_running"), ("9", "other")]
)
def test_sports_are_known_by_the_names_of_those_who_write_them(tmp_path: Path, kind: str, sport: str) -> None:
    chunks, _ = _read(tmp_path, _TRACK.format(kind=kind))
    (workout,) = workouts_of(chunks)
    assert (workout.sport, workout.provider_sport) == (sport, kind)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html/>", "unsupported_format"),
        ("", "xml_malformed"),
        ('<!DOCTYPE x [<!ENTITY y "z">]><gpx>&y;</gpx>', "xml_entities_forbidden"),
    ],
)
def test_another_document_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        _read(tmp_path, text)
    assert refused.value.reason == reason


def test_a_file_cut_anywhere_is_refused_or_gives_a_sound_beginning(tmp_path: Path) -> None:
    for content in cuts((SAMPLES / "tcx_gpx" / "cerknicko-jezero.gpx").read_bytes()):
        try:
            _, report = _read(tmp_path, content)
        except ImportRefused:
            continue
        assert is_balanced(report)
        assert report.broken is not None


_TEXT = _TRACK.format(kind="running").encode()


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
