"""Readings of a FIT file."""

from datetime import UTC, datetime
from typing import Any

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.providers.contract import ImportReport
from healthpartner.providers.fit.readings import ReadingMessages

AT = datetime(2026, 3, 13, 8, tzinfo=UTC)


class Message:
    """What is used of a message of the library."""

    name = "blood_pressure"

    def __init__(self, **fields: Any) -> None:
        self._fields = fields

    def get_value(self, name: str, *, fallback: Any) -> Any:
        return self._fields.get(name, fallback)


@pytest.mark.parametrize(("pressure", "kept"), [((121, 79), 1), ((80, 120), 0)])
def test_a_blood_pressure_the_wrong_way_round_is_skipped(pressure: tuple[int, int], kept: int) -> None:
    report = ImportReport()
    readings = ReadingMessages(report)
    readings.take(Message(timestamp=AT, systolic_pressure=pressure[0], diastolic_pressure=pressure[1]))
    assert len(list(readings.finish(SampleSource("cuff"), None))) == report.records_kept == kept
    assert report.skipped.total() == 1 - kept
    assert all(reason.startswith("diastolic_above_systolic") for reason in report.skipped)
