"""Whether figures by the month say what figures by the day do."""

import math
import struct
from datetime import timedelta
from typing import Any
from uuid import UUID

_MONTHS = "SELECT metric, month, value, minimum, maximum, source, sources FROM figure_month WHERE user_id = $1"
_DAYS = """
SELECT metric, day, value, minimum, maximum, array_to_string(sources, ' ') FROM daily_figure WHERE user_id = $1
"""


async def differences(uow: Any, member: UUID) -> list[Any]:
    """What one has of a member's figures and the other has not, and months without any: none, whoever writes them."""
    by_day = {tuple(row) for row in await uow.fetch(_DAYS, member)}
    months = [_days(row) for row in await uow.fetch(_MONTHS, member)]
    return [
        *by_day.symmetric_difference(day for month in months for day in month),
        *(each for each in months if not each),
    ]


def _days(row: Any) -> list[tuple[Any, ...]]:
    metric, month, *columns, source, sources = row
    numbers = [[each for (each,) in struct.iter_unpack(">d", column)] for column in columns]
    told = sources or [str(source)] * len(numbers[0])
    assert all(len(column) == len(told) for column in numbers)
    return [
        (metric, month + timedelta(days=place), *figure, of_day)
        for place, (*figure, of_day) in enumerate(zip(*numbers, told, strict=True))
        if not math.isnan(figure[0])
    ]
