from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.providers.apple_health.dates import parse_instant, parse_instants

_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=_OFFSETS).map(  # noqa: DTZ001 - zones follow
    lambda moment: moment.replace(microsecond=0)
)


@given(st.lists(_TIMES, min_size=1, max_size=20))
def test_dates_are_read_as_the_standard_library_reads_them(times: list[datetime]) -> None:
    instants = parse_instants([f"{moment:%Y-%m-%d %H:%M:%S %z}".encode() for moment in times])
    assert instants.valid.all()
    assert instants.ms.tolist() == [round(moment.timestamp()) * 1000 for moment in times]
    assert instants.offset_minutes.tolist() == [
        (moment.utcoffset() or timedelta()) // timedelta(minutes=1) for moment in times
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018-09-10",
        "2018-09-10T02:28:55 -0700",
        "2018-13-10 02:28:55 -0700",
        "2018-02-29 02:28:55 -0700",
        "2018-00-10 02:28:55 -0700",
        "2018-09-00 02:28:55 -0700",
        "2018-09-10 24:00:00 -0700",
        "2018-09-10 02:60:55 -0700",
        "2018-09-10 02:28:61 -0700",
        "2018-09-10 02:28:55 -0760",
        "2018-09-10 02:28:55 -9900",
        "2018-09-10 02:28:55 x0700",
        "2018-09-10 02:28:55  0700",
        "２018-09-10 02:28:55 -0700",
        "2018-09-10 02:28:55 -07000",
    ],
)
def test_what_is_not_in_the_layout_is_marked_and_spoils_no_neighbour(text: str) -> None:
    instants = parse_instants([b"2018-09-10 02:28:55 -0700", text.encode(), b"1970-01-01 00:00:00 +0000"])
    assert instants.valid.tolist() == [True, False, True]
    assert instants.ms[[0, 2]].tolist() == [1_536_571_735_000, 0]


@given(_TIMES.map(lambda moment: f"{moment:%Y-%m-%d %H:%M:%S %z}"), st.data())
def test_one_date_is_read_as_a_column_of_them_is(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    altered = text[:place] + data.draw(st.sampled_from("0123456789-+: x")) + text[place + 1 :]
    for each in (text, altered):
        column = parse_instants([each.encode()])
        read = (int(column.ms[0]), int(column.offset_minutes[0])) if column.valid[0] else None
        assert parse_instant(each) == read or each.startswith("0000")


@given(st.lists(st.text(max_size=30), max_size=10))
def test_any_text_is_read_or_marked(texts: list[str]) -> None:
    assert len(parse_instants([text.encode() for text in texts]).valid) == len(texts)


def test_a_leap_day_is_a_day() -> None:
    assert parse_instants([b"2024-02-29 12:00:00 +0100"]).valid.all()
