"""Instants and days as the database has them, and as arrays have them: milliseconds and days since 1970."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)
_DAYS_BEFORE = _EPOCH_DAY.toordinal()


def epoch_ms(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def instant_of(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def instants_of(ms: NDArray[np.int64]) -> list[datetime]:
    """As `instant_of`, many at once and quick."""
    return list(map(_EPOCH.__add__, ms.astype("timedelta64[ms]").tolist()))


def day_of(when: date) -> int:
    return when.toordinal() - _DAYS_BEFORE


def date_of(day: int) -> date:
    return date.fromordinal(_DAYS_BEFORE + day)
