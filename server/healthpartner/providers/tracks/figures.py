"""Figures of a workout by its points, for what the file does not say itself."""

import numpy as np
from msgspec.structs import asdict, replace

from healthpartner.canonical.samples import Float64s
from healthpartner.canonical.workouts import WorkoutFigures
from healthpartner.providers.tracks.points import Track
from healthpartner.providers.tracks.samples import covered_metres

_EARTH_RADIUS_M = 6_371_008.8


def figures_of(track: Track) -> WorkoutFigures:
    heart, power = _known(track.column("heart_rate")), _known(track.column("power"))
    speed, cadence = _known(track.column("speed")), _known(track.column("cadence"))
    temperature = _known(track.column("temperature"))
    covered = covered_metres(track)
    return WorkoutFigures(
        distance_meters=_length_of_route(track) if covered is None else covered,
        heart_rate_min=float(heart.min()) if len(heart) else None,
        heart_rate_mean=_mean(heart),
        heart_rate_max=float(heart.max()) if len(heart) else None,
        average_power_watts=_mean(power),
        max_power_watts=float(power.max()) if len(power) else None,
        max_speed=float(speed.max()) if len(speed) else None,
        average_cadence=_mean(cadence),
        average_temperature=_mean(temperature),
    )


def completed(said: WorkoutFigures, track: Track) -> WorkoutFigures:
    """What the file says, and by its points what it does not."""
    missing = {name: value for name, value in asdict(figures_of(track)).items() if getattr(said, name) is None}
    return replace(said, **missing)


def _known(column: Float64s) -> Float64s:
    known: Float64s = column[~np.isnan(column)]
    return known


def _mean(column: Float64s) -> float | None:
    return round(float(column.mean()), 3) if len(column) else None


def _length_of_route(track: Track) -> float | None:
    """Great circles from point to point; jumps of the receiver are in it."""
    route = track.route()
    if route is None:
        return None
    latitude, longitude = np.radians(route.latitude), np.radians(route.longitude)
    half = (
        np.sin(np.diff(latitude) / 2) ** 2
        + np.cos(latitude[:-1]) * np.cos(latitude[1:]) * np.sin(np.diff(longitude) / 2) ** 2
    )
    return round(float((2 * _EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))).sum()), 1)
