"""Points as they come, one column for each quantity; NaN where a point does not say."""

from array import array
from collections.abc import Mapping

import numpy as np

from healthpartner.canonical.samples import Float64s, Int64s
from healthpartner.canonical.workouts import Route

QUANTITIES = (
    "latitude",
    "longitude",
    "altitude",
    "distance",
    "heart_rate",
    "cadence",
    "power",
    "speed",
    "temperature",
)
"""Degrees, metres (`distance` since the beginning), beats, steps or turns a minute, watts, metres a second, °C."""

MOST_POINTS = 1_000_000

_NAN = float("nan")
_MOST_DEGREES = (90.0, 180.0)


class Points:
    def __init__(self) -> None:
        self._times = array("q")
        self._columns = {name: array("d") for name in QUANTITIES}

    def __len__(self) -> int:
        return len(self._times)

    @property
    def is_full(self) -> bool:
        return len(self._times) >= MOST_POINTS

    def add(self, time_ms: int, values: Mapping[str, float]) -> None:
        self._times.append(time_ms)
        for name, column in self._columns.items():
            column.append(values.get(name, _NAN))

    def by_time(self) -> "Track":
        times = np.array(self._times, np.int64)
        order = np.argsort(times, kind="stable")
        return Track(times[order], {name: np.array(column)[order] for name, column in self._columns.items()})


class Track:
    """The points in order of time; those of one instant stand side by side."""

    def __init__(self, time_ms: Int64s, columns: Mapping[str, Float64s]) -> None:
        self.time_ms = time_ms
        self._columns = columns

    def __len__(self) -> int:
        return len(self.time_ms)

    def column(self, name: str) -> Float64s:
        return self._columns[name]

    def scaled(self, name: str, factor: float) -> "Track":
        return Track(self.time_ms, {**self._columns, name: self._columns[name] * factor})

    def between(self, start_ms: int, end_ms: int) -> "Track":
        first, last = np.searchsorted(self.time_ms, [start_ms, end_ms + 1])
        part = slice(int(first), int(last))
        return Track(self.time_ms[part], {name: column[part] for name, column in self._columns.items()})

    def route(self) -> Route | None:
        latitude, longitude = self.column("latitude"), self.column("longitude")
        sound = (np.abs(latitude) <= _MOST_DEGREES[0]) & (np.abs(longitude) <= _MOST_DEGREES[1])
        if not sound.any():
            return None
        return Route(self.time_ms[sound], latitude[sound], longitude[sound], self.column("altitude")[sound])


def joined(routes: list[Route]) -> Route | None:
    """The parts of one way, in order of time."""
    if not routes:
        return None
    times = np.concatenate([route.start_ms for route in routes])
    order = np.argsort(times, kind="stable")
    latitude, longitude, altitude = (
        np.concatenate([getattr(route, name) for route in routes])[order]
        for name in ("latitude", "longitude", "altitude_m")
    )
    return Route(times[order], latitude, longitude, altitude)
