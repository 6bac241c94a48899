"""Two weeks of plausible minutes for the sandbox's member, the same at every first start: made by a formula, marked as such.

Heart rate is a daily rhythm with its low in the early morning, raised by walking and by slow noise; steps are walks at
the usual hours. It is for trying the API out, and nothing to draw conclusions from.
"""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleBatch, SampleSource
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import service as samples

DAYS = 14
MINUTES_A_DAY = 1440
MINUTE_MS = 60_000
SEED = 20_260_101
SOURCE = SampleSource("synthetic", "Sandbox watch")
WALKS = ((8, 25), (12, 20), (18, 45))

Floats = NDArray[np.float64]


def _steps(random: np.random.Generator) -> Floats:
    """Steps in each minute: three walks a day, and now and then a few steps between seven and eleven."""
    steps = np.zeros((DAYS, MINUTES_A_DAY))
    awake = slice(7 * 60, 23 * 60)
    steps[:, awake] = random.poisson(3, (DAYS, 16 * 60)) * (random.random((DAYS, 16 * 60)) < 0.3)  # noqa: PLR2004
    for hour, length in WALKS:
        for day in range(DAYS):
            start = hour * 60 + int(random.integers(0, 30))
            steps[day, start : start + length] = random.normal(104, 8, length).round()
    return steps.ravel()


def _heart_rate(steps: Floats, random: np.random.Generator) -> Floats:
    minute = np.arange(steps.size) % MINUTES_A_DAY
    rhythm = 66 - 9 * np.cos(2 * np.pi * (minute - 4 * 60) / MINUTES_A_DAY)
    effort = np.convolve(steps, np.full(5, 0.07), mode="same")
    noise = np.convolve(random.normal(0, 6, steps.size), np.full(8, 1 / 8), mode="same")
    beats: Floats = np.clip((rhythm + effort + noise).round(), 45, 180)
    return beats


def _batch(slug: str, start_ms: NDArray[np.int64], values: Floats) -> SampleBatch:
    count = start_ms.size
    return SampleBatch(
        metric=METRICS[slug],
        start_ms=start_ms,
        duration_ms=np.full(count, MINUTE_MS, dtype=np.int64),
        value=values,
        second=None,
        offset_minutes=np.zeros(count, dtype=np.int16),
    )


async def fill(uow: UnitOfWork, until: datetime) -> int:
    """Stores the two weeks before the day of `until`, in UTC; answers the number of samples."""
    random = np.random.default_rng(SEED)
    midnight_ms = int(until.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
    minutes = midnight_ms + (np.arange(DAYS * MINUTES_A_DAY, dtype=np.int64) - DAYS * MINUTES_A_DAY) * MINUTE_MS
    steps = _steps(random)
    walked = steps > 0
    heart_rate = await samples.store(uow, SOURCE, _batch("heart_rate", minutes, _heart_rate(steps, random)))
    walking = await samples.store(uow, SOURCE, _batch("steps", minutes[walked], steps[walked]))
    return heart_rate.added + walking.added
