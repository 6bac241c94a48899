"""A track's columns as samples: each quantity under the metric that its sport calls for."""

from collections.abc import Iterator

import numpy as np

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import UNKNOWN_OFFSET, Float64s, Int64s, SampleBatch
from healthpartner.canonical.sport_catalogue.on_foot import ON_FOOT
from healthpartner.canonical.sport_catalogue.on_wheels import ON_WHEELS
from healthpartner.canonical.sport_catalogue.water import WATER
from healthpartner.providers.contract import ImportReport
from healthpartner.providers.tracks.points import Track

_FOOT = frozenset(sport.slug for sport in ON_FOOT)
_WHEELS = frozenset(sport.slug for sport in ON_WHEELS)
_SWIMMING = frozenset(sport.slug for sport in WATER if "swimming" in sport.slug)
_AS_THEY_ARE = {
    "heart_rate": "heart_rate",
    "power": "power",
    "speed": "speed",
    "altitude": "altitude",
    "temperature": "air_temperature",
}
# A first distance beyond this is where a longer recording was cut, not what was covered so far.
_AT_THE_START_M = 50.0
_MILLIMETRES = 3


def is_on_foot(sport: str) -> bool:
    return sport in _FOOT


def batches(track: Track, sport: str, offset_minutes: int | None, report: ImportReport) -> Iterator[SampleBatch]:
    """What lies out of a metric's bounds is left out and counted as `out_of_range`, on top of the points."""
    for name, slug in (*_AS_THEY_ARE.items(), ("cadence", _cadence_metric(sport))):
        if slug is None:
            continue
        values = track.column(name)
        known = ~np.isnan(values)
        nothing = np.zeros(int(known.sum()), np.int64)
        yield from _batch(METRICS[slug], track.time_ms[known], nothing, values[known], offset_minutes, report)
    starts, durations, metres = _stretches(track)
    yield from _batch(METRICS[_distance_metric(sport)], starts, durations, metres, offset_minutes, report)


def covered_metres(track: Track) -> float | None:
    _, _, metres = _stretches(track)
    return float(metres.sum()) if len(metres) else None


def _cadence_metric(sport: str) -> str | None:
    """Strokes of oars and arms have no metric."""
    if sport in _FOOT:
        return "steps_cadence"
    return "cycling_cadence" if sport in _WHEELS else None


def _distance_metric(sport: str) -> str:
    if sport in _FOOT:
        return "distance_walking_running"
    if sport in _WHEELS:
        return "distance_cycling"
    return "distance_swimming" if sport in _SWIMMING else "distance"


def _stretches(track: Track) -> tuple[Int64s, Int64s, Float64s]:
    """What was covered between two points: starts, durations, metres; standing still is none."""
    distance = track.column("distance")
    known = ~np.isnan(distance)
    times, distance = track.time_ms[known], distance[known].copy()
    if len(distance) and 0 < distance[0] <= _AT_THE_START_M:
        distance[0] = 0.0
    metres = np.round(np.diff(distance), _MILLIMETRES)
    moving = (metres > 0) & (np.diff(times) > 0)
    return times[:-1][moving], np.diff(times)[moving], metres[moving]


def _batch(
    metric: Metric,
    starts: Int64s,
    durations: Int64s,
    values: Float64s,
    offset_minutes: int | None,
    report: ImportReport,
) -> Iterator[SampleBatch]:
    sound = (values >= metric.minimum) & (values <= metric.maximum)
    if not sound.all():
        report.out_of_range[metric.slug] += int(np.count_nonzero(~sound))
    if not sound.any():
        return
    offset = np.full(int(sound.sum()), UNKNOWN_OFFSET if offset_minutes is None else offset_minutes, np.int16)
    batch = SampleBatch(metric, starts[sound], durations[sound], values[sound], None, offset)
    yield batch.sorted_unique()
