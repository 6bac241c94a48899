"""Fitabase's nights without times, with figures read from the published table by eye."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.samples import DAY_MS, SampleBatch
from healthpartner.providers.contract import ImportReport
from healthpartner.providers.fitbit.fitabase import read_fitabase
from tests.support.imports import SAMPLES, is_balanced, read_all, samples_by_metric

TABLE = SAMPLES / "fitbit_kaggle" / "sleepDay_merged.csv"
HEAD = "Id,SleepDay,TotalSleepRecords,TotalMinutesAsleep,TotalTimeInBed"
# Of 1503960366: day of 2016, minutes asleep, minutes in bed.
NIGHTS = [
    ("04-12", 327, 346), ("04-13", 384, 407), ("04-15", 412, 442), ("04-16", 340, 367), ("04-17", 700, 712),
    ("04-19", 304, 320), ("04-20", 360, 377), ("04-21", 325, 364), ("04-23", 361, 384), ("04-24", 430, 449),
    ("04-25", 277, 323), ("04-26", 245, 274), ("04-28", 366, 393), ("04-29", 341, 354), ("04-30", 404, 425),
    ("05-01", 369, 396), ("05-02", 277, 309), ("05-03", 273, 296), ("05-05", 247, 264), ("05-06", 334, 367),
    ("05-07", 331, 349), ("05-08", 594, 611), ("05-09", 338, 342), ("05-10", 383, 403), ("05-11", 285, 306),
]  # fmt: skip


def told(path: Path, *rows: str) -> tuple[dict[str, SampleBatch], ImportReport]:
    path.write_text("\n".join([HEAD, *rows, ""]))
    chunks, report = read_all(read_fitabase(path))
    assert is_balanced(report)
    return samples_by_metric(chunks), report


def by_day(batch: SampleBatch) -> list[tuple[str, float]]:
    days = [datetime.fromtimestamp(ms / 1000, UTC).strftime("%m-%d") for ms in batch.start_ms.tolist()]
    return list(zip(days, batch.value.tolist(), strict=True))


def test_each_night_is_a_days_figure_of_time_asleep_and_time_in_bed() -> None:
    chunks, report = read_all(read_fitabase(TABLE))
    found = samples_by_metric(chunks)
    assert len(chunks) == len(found) == 2
    assert by_day(found["time_asleep"]) == [(day, asleep) for day, asleep, _ in NIGHTS]
    assert by_day(found["time_in_bed"]) == [(day, in_bed) for day, _, in_bed in NIGHTS]
    for batch in found.values():
        assert set((batch.start_ms % DAY_MS).tolist()) == {0}
        assert set(batch.duration_ms.tolist()) == {DAY_MS}
        assert set(batch.offset_minutes.tolist()) == {0}
    assert is_balanced(report)
    assert (report.records_kept, report.records_merged) == (25, 0)
    assert report.skipped == {"another_person:Id": 413 - 25}


def test_a_night_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    person = [row for row in TABLE.read_text().splitlines() if row.startswith("4388161847,")]
    found, report = told(tmp_path / "table.csv", *person)
    assert (len(person), report.records_kept, report.records_merged) == (24, 23, 1)
    assert dict(by_day(found["time_asleep"]))["05-05"] == 471
    assert dict(by_day(found["time_in_bed"]))["05-05"] == 495


@pytest.mark.parametrize("is_longer_first", [True, False])
def test_of_a_day_told_differently_the_longer_night_stands(tmp_path: Path, *, is_longer_first: bool) -> None:
    rows = ["1,4/12/2016,2,400,430", "1,4/12/2016 12:00:00 AM,1,327,346"]
    found, report = told(tmp_path / "table.csv", *(rows if is_longer_first else reversed(rows)))
    assert by_day(found["time_asleep"]) == [("04-12", 400)]
    assert by_day(found["time_in_bed"]) == [("04-12", 430)]
    assert (report.records_kept, report.records_merged) == (1, 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,4/12/2016,1,400,399", "bad_value"),
        ("1,4/12/2016,1,400,1441", "bad_value"),
        ("1,4/12/2016,1,-1,300", "bad_value"),
        ("1,4/12/2016,1,nan,300", "bad_value"),
        ("1,4/12/2016,1,,300", "bad_value"),
        ("1,4/12/2016,1,300", "bad_value"),
        ('1,4/12/2016,1,"300,346', "bad_value"),
        ("1,13/40/2016,1,300,346", "bad_date"),
        ("1", "bad_date"),
    ],
)
def test_a_broken_row_is_reported_and_takes_no_other_with_it(tmp_path: Path, row: str, reason: str) -> None:
    found, report = told(tmp_path / "table.csv", "1,4/12/2016,1,327,346", row, "1,4/13/2016,1,384,407")
    assert by_day(found["time_asleep"]) == [("04-12", 327), ("04-13", 384)]
    assert report.skipped == {f"{reason}:sleepDay": 1}


def test_a_cell_longer_than_any_takes_no_other_row_with_it(tmp_path: Path) -> None:
    found, report = told(tmp_path / "table.csv", "1,4/12/2016,1,327,346", "1," + "9" * 200_000, "1,4/13/2016,1,384,407")
    assert by_day(found["time_asleep"]) == [("04-12", 327), ("04-13", 384)]
    assert report.skipped == {"bad_entry:row": 1}


_CELLS = st.one_of(st.integers(-10, 1500).map(str), st.sampled_from(["", "nan", "4/12/2016", '"', "1e400"]))
_DAYS = st.one_of(st.sampled_from(["4/12/2016", "4/13/2016 12:00:00 AM"]), _CELLS)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(_DAYS, _CELLS, _CELLS), max_size=8))
def test_whatever_a_table_says_a_day_has_one_night_that_can_be(
    tmp_path: Path, rows: list[tuple[str, str, str]]
) -> None:
    found, _ = told(tmp_path / "table.csv", *[f"1,{day},1,{asleep},{in_bed}" for day, asleep, in_bed in rows])
    assert set(found) in (set(), {"time_asleep", "time_in_bed"})
    if found:
        asleep, in_bed = found["time_asleep"], found["time_in_bed"]
        assert asleep.start_ms.tolist() == in_bed.start_ms.tolist() == sorted(set(asleep.start_ms.tolist()))
        assert ((asleep.value >= 0) & (asleep.value <= in_bed.value) & (in_bed.value <= 1440)).all()
