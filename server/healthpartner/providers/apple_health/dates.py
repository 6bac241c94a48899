"""Reads columns of the export's dates, `2018-09-10 02:28:55 -0700`, all rows at once: the layout never varies."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import Int16s, Int64s

_WIDTH = 25
_UNREADABLE = b"?" * _WIDTH
_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 21, 22, 23, 24]
_SEPARATORS = {4: "-", 7: "-", 10: " ", 13: ":", 16: ":", 19: " "}
_MS_PER_DAY = 86_400_000
_MAX_OFFSET_HOURS = 18
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TEXT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([+-])(\d\d)([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Instants:
    """UTC epoch milliseconds and local minus UTC in minutes; rows that are not `valid` hold nonsense."""

    ms: Int64s
    offset_minutes: Int16s
    valid: NDArray[np.bool_]


def parse_instant(text: str) -> tuple[int, int] | None:
    """(UTC epoch milliseconds, local minus UTC in minutes) of one date, for which a column would take long."""
    found = _TEXT.fullmatch(text)
    if found is None or int(found[3]) > _MAX_OFFSET_HOURS:
        return None
    offset = int(found[3]) * 60 + int(found[4])
    offset = -offset if found[2] == "-" else offset
    try:
        local = datetime.fromisoformat(f"{found[1]}+00:00")
    except ValueError:
        return None
    return (local - _EPOCH) // _MILLISECOND - offset * 60_000, offset


def parse_instants(texts: list[bytes]) -> Instants:
    joined = b"".join(texts)
    if set(map(len, texts)) - {_WIDTH}:
        joined = b"".join([text if len(text) == _WIDTH else _UNREADABLE for text in texts])
    raw = np.frombuffer(joined, np.uint8).reshape(-1, _WIDTH)
    columns = np.ascontiguousarray(raw.T)
    valid = (columns[_DIGITS] - np.uint8(ord("0")) <= 9).all(axis=0)  # noqa: PLR2004 - wraps for what is no digit
    for place, separator in _SEPARATORS.items():
        valid &= columns[place] == ord(separator)
    days, days_valid = _days(columns)
    clock, clock_valid = _clock_ms(columns)
    offset, offset_valid = _offset_minutes(columns)
    ms = days * _MS_PER_DAY + clock - offset * 60_000
    return Instants(ms, offset.astype(np.int16), valid & days_valid & clock_valid & offset_valid)


def _number(columns: NDArray[np.uint8], first: int, digits: int) -> Int64s:
    number = np.zeros(columns.shape[1], np.int64)
    for place in range(first, first + digits):
        number = number * 10 + columns[place] - ord("0")
    return number


def _days(columns: NDArray[np.uint8]) -> tuple[Int64s, NDArray[np.bool_]]:
    """Days since 1970, by counting months on numpy's calendar."""
    year, month, day = _number(columns, 0, 4), _number(columns, 5, 2), _number(columns, 8, 2)
    months = (year - 1970) * 12 + month - 1
    first = _first_day(months)
    in_month = (day >= 1) & (day <= _first_day(months + 1) - first)
    return first + day - 1, in_month & (month >= 1) & (month <= 12)  # noqa: PLR2004 - a year's months


def _first_day(months: Int64s) -> Int64s:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _clock_ms(columns: NDArray[np.uint8]) -> tuple[Int64s, NDArray[np.bool_]]:
    hour, minute, second = _number(columns, 11, 2), _number(columns, 14, 2), _number(columns, 17, 2)
    valid = (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - a clock's face
    return ((hour * 60 + minute) * 60 + second) * 1000, valid


def _offset_minutes(columns: NDArray[np.uint8]) -> tuple[Int64s, NDArray[np.bool_]]:
    sign = columns[20]
    hours, minutes = _number(columns, 21, 2), _number(columns, 23, 2)
    size = hours * 60 + minutes
    valid = ((sign == ord("+")) | (sign == ord("-"))) & (hours <= _MAX_OFFSET_HOURS) & (minutes < 60)  # noqa: PLR2004
    return np.where(sign == ord("-"), -size, size), valid
