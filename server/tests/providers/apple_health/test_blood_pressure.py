from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.providers.apple_health import pressure
from healthpartner.providers.apple_health.pressure import PressurePairs, ReadingKey
from healthpartner.providers.contract import ImportReport
from tests.providers.apple_health.exports import export_of, is_balanced, quantity, read_text

_LATER = "2018-09-10 03:28:55 -0700"


def _systolic(value: int, start: str = _LATER, source: str = "Cuff") -> str:
    return quantity("BloodPressureSystolic", value, "mmHg", start, source=source)


def _diastolic(value: int, start: str = _LATER, source: str = "Cuff") -> str:
    return quantity("BloodPressureDiastolic", value, "mmHg", start, source=source)


def _correlation(*children: str) -> str:
    return f'<Correlation type="HKCorrelationTypeIdentifierBloodPressure">{"".join(children)}</Correlation>'


@pytest.mark.parametrize(
    "entries",
    [
        [_systolic(120), _diastolic(80)],
        [_diastolic(80), _systolic(120)],
        [_correlation(_systolic(120), _diastolic(80))],
        [_systolic(120), _diastolic(80), _correlation(_systolic(120), _diastolic(80))],
        [_correlation(_systolic(120), _diastolic(80)), _diastolic(80), _systolic(120)],
    ],
)
def test_a_reading_is_one_sample_however_often_it_is_written(tmp_path: Path, entries: list[str]) -> None:
    chunks, report = read_text(tmp_path, export_of(*entries))
    (batch,) = [chunk.batch for chunk in chunks]
    assert batch.metric.slug == "blood_pressure"
    assert batch.second is not None
    assert (batch.value.tolist(), batch.second.tolist()) == ([120.0], [80.0])
    assert is_balanced(report)


def test_halves_of_different_sources_or_instants_do_not_meet(tmp_path: Path) -> None:
    chunks, report = read_text(tmp_path, export_of(_systolic(120), _diastolic(80, source="Other")))
    assert chunks == []
    assert report.skipped == {"unpaired_blood_pressure:systolic": 1, "unpaired_blood_pressure:diastolic": 1}


def test_two_values_for_one_half_keep_the_first(tmp_path: Path) -> None:
    chunks, report = read_text(tmp_path, export_of(_systolic(120), _systolic(130), _diastolic(80)))
    assert chunks[0].batch.value.tolist() == [120.0]
    assert report.skipped == {"conflicting_blood_pressure:HKQuantityTypeIdentifierBloodPressureSystolic": 1}


def test_a_reading_the_wrong_way_round_is_skipped(tmp_path: Path) -> None:
    chunks, report = read_text(tmp_path, export_of(_systolic(80), _diastolic(120)))
    assert chunks == []
    assert [reason.partition(":")[0] for reason in report.skipped] == ["diastolic_above_systolic"]
    assert is_balanced(report)


def test_an_implausible_half_drops_the_reading(tmp_path: Path) -> None:
    chunks, report = read_text(tmp_path, export_of(_systolic(120), _diastolic(800)))
    assert chunks == []
    assert is_balanced(report)


def test_halves_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressure, "REMEMBERED_READINGS", 10)
    report = ImportReport()
    pairs = PressurePairs(report)
    for number in range(25):
        pairs.add(ReadingKey("Cuff", "mmHg", str(number), ""), "kind", 0, "120")
    assert report.skipped == {"unpaired_blood_pressure:systolic": 15}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.sampled_from(["1", "2"])), max_size=40))
def test_every_half_is_accounted_for(halves: list[tuple[int, int, str]]) -> None:
    report = ImportReport()
    pairs = PressurePairs(report)
    made = [pairs.add(ReadingKey("Cuff", "mmHg", str(at), ""), "kind", part, value) for at, part, value in halves]
    pairs.finish()
    readings = sum(reading is not None for reading in made)
    assert readings + report.records_merged + sum(report.skipped.values()) == len(halves)
