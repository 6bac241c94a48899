"""Workouts into and out of storage: what imports, syncs and partners' calls all go through."""

from collections.abc import Sequence
from datetime import date
from functools import cache, partial
from typing import Any
from uuid import UUID

import msgspec

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sports import SPORTS
from healthpartner.canonical.workouts import Workout
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.service import StoreResult
from healthpartner.domains.metrics.sessions.calls import Kept
from healthpartner.domains.metrics.sessions.identity import identity_of, session_id
from healthpartner.domains.metrics.sessions.local_day import days_by_start, local_day
from healthpartner.domains.metrics.sessions.storing import put_newest
from healthpartner.domains.metrics.workouts import store as rows
from healthpartner.domains.metrics.workouts import tracks
from healthpartner.domains.metrics.workouts.schemas import ActivityType


async def store(
    uow: UnitOfWork, source: SampleSource, workouts: Sequence[Workout], *, behind: int | None = None
) -> StoreResult:
    """Keeps workouts of one source; the newer statement about a workout wins.

    Locks the member until the unit of work ends, so commit soon. `days` are the local days on which they started, and
    `behind` is as in `store.put`.
    """
    device = source.device or ""
    _, ids = await samples.claim(uow, source.provider, [device])
    return await put(uow, ids[device], workouts, behind=behind)


async def put(
    uow: UnitOfWork, source_id: int, workouts: Sequence[Workout], *, behind: int | None = None
) -> StoreResult:
    """As `store`, for a source that is claimed."""
    return await put_newest(workouts, partial(_put, uow, source_id, behind))


async def add(uow: UnitOfWork, source_id: int, workouts: Sequence[Workout]) -> list[Kept]:
    """Keeps workouts of a claimed source whose id is not known yet, and answers for each; of one id the first counts."""
    keys = [identity_of(workout) for workout in workouts]
    timezone, held = await rows.held(uow, source_id, keys)
    known: dict[str, UUID] = {row["identity"]: row["sample_id"] for row in held}
    before = await days_at(uow, source_id, workouts, timezone)
    new: list[dict[str, Any]] = []
    kept: list[Kept] = []
    for key, workout in zip(keys, workouts, strict=True):
        is_new = key not in known
        if is_new:
            new.append(_row(source_id, key, workout))
            known[key] = new[-1]["sample_id"]
        kept.append(Kept(known[key], is_new, {_day_of(timezone, workout), *before.get(workout.start_ms, ())}))
    if new:
        await rows.put(uow, source_id, new)
    return kept


@cache
def activity_types() -> list[ActivityType]:
    return [ActivityType(sport.slug, sport.name) for sport in SPORTS.values()]


async def days_at(
    uow: UnitOfWork, source_id: int, workouts: Sequence[Workout], timezone: str | None
) -> dict[int, set[date]]:
    """The days of what the source has told with the same starts, by the start."""
    starts = {samples.instant_of(each.start_ms) for each in workouts}
    return days_by_start(await rows.started(uow, source_id, sorted(starts)), partial(_day_of_row, timezone))


def _day_of(timezone: str | None, workout: Workout) -> date:
    return local_day(workout.start_ms, workout.offset_minutes, None, timezone)


def _day_of_row(timezone: str | None, row: Any) -> date:
    return local_day(samples.epoch_ms(row["start_at"]), row["offset_minutes"], None, timezone)


async def _put(uow: UnitOfWork, source_id: int, behind: int | None, workouts: dict[str, Workout]) -> StoreResult:
    timezone, held = await rows.held(uow, source_id, list(workouts))
    told = [_row(source_id, key, workout) for key, workout in workouts.items()]
    changed = await rows.put(uow, source_id, told, behind)
    days = [_day_of(timezone, workout) for key, workout in workouts.items() if key in changed]
    days += [_day_of_row(timezone, row) for row in held if row["identity"] in changed]
    added = sum(changed.values())
    return StoreResult(added, len(changed) - added, len(workouts) - len(changed), tuple(days))


def _row(source_id: int, identity: str, workout: Workout) -> dict[str, Any]:
    return {
        "sample_id": session_id("workouts", source_id, identity),
        "identity": identity,
        "start_at": samples.instant_of(workout.start_ms),
        "end_at": samples.instant_of(workout.end_ms),
        "offset_minutes": workout.offset_minutes,
        "sport": workout.sport,
        "provider_sport": workout.provider_sport,
        "title": workout.title,
        "source_updated_at": None if workout.updated_ms is None else samples.instant_of(workout.updated_ms),
        "figures": msgspec.json.encode(workout.figures).decode(),
        "segments": msgspec.json.encode(workout.segments).decode(),
        "route": None if workout.route is None or not len(workout.route) else tracks.encode(workout.route),
    }
