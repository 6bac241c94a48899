"""Sleep sessions into and out of storage: what imports, syncs and partners' calls all go through."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.service import StoreResult
from healthpartner.domains.metrics.sessions.calls import Kept
from healthpartner.domains.metrics.sessions.identity import identity_of, session_id
from healthpartner.domains.metrics.sessions.local_day import days_by_start, local_day
from healthpartner.domains.metrics.sessions.storing import put_newest
from healthpartner.domains.metrics.sleep import intervals
from healthpartner.domains.metrics.sleep import store as rows


async def store(
    uow: UnitOfWork, source: SampleSource, sessions: Sequence[SleepSession], *, behind: int | None = None
) -> StoreResult:
    """Keeps sessions of one source; the newer statement about a session wins.

    Locks the member until the unit of work ends, so commit soon. `days` are the local days of waking, and `behind` is
    as in `store.put`.
    """
    device = source.device or ""
    _, ids = await samples.claim(uow, source.provider, [device])
    return await put(uow, ids[device], sessions, behind=behind)


async def put(
    uow: UnitOfWork, source_id: int, sessions: Sequence[SleepSession], *, behind: int | None = None
) -> StoreResult:
    """As `store`, for a source that is claimed."""
    return await put_newest(sessions, partial(_put, uow, source_id, behind))


async def add(uow: UnitOfWork, source_id: int, sessions: Sequence[SleepSession]) -> list[Kept]:
    """Keeps sessions of a claimed source whose id is not known yet, and answers for each; of one id the first counts."""
    keys = [identity_of(session) for session in sessions]
    timezone, held = await rows.held(uow, source_id, keys)
    known: dict[str, UUID] = {row["identity"]: row["sample_id"] for row in held}
    before = await days_at(uow, source_id, sessions, timezone)
    new: list[dict[str, Any]] = []
    kept: list[Kept] = []
    for key, session in zip(keys, sessions, strict=True):
        is_new = key not in known
        if is_new:
            new.append(_row(source_id, key, session))
            known[key] = new[-1]["sample_id"]
        kept.append(Kept(known[key], is_new, {_day_of(timezone, session), *before.get(session.start_ms, ())}))
    if new:
        await rows.put(uow, source_id, new)
    return kept


async def days_at(
    uow: UnitOfWork, source_id: int, sessions: Sequence[SleepSession], timezone: str | None
) -> dict[int, set[date]]:
    """The days of what the source has told with the same starts, by the start."""
    starts = {samples.instant_of(each.start_ms) for each in sessions}
    return days_by_start(await rows.started(uow, source_id, sorted(starts)), partial(_day_of_row, timezone))


def _day_of(timezone: str | None, session: SleepSession) -> date:
    return local_day(session.end_ms, session.offset_minutes, session.day, timezone)


def _day_of_row(timezone: str | None, row: Any) -> date:
    return local_day(samples.epoch_ms(row["end_at"]), row["offset_minutes"], row["day"], timezone)


async def _put(uow: UnitOfWork, source_id: int, behind: int | None, sessions: dict[str, SleepSession]) -> StoreResult:
    timezone, held = await rows.held(uow, source_id, list(sessions))
    told = [_row(source_id, key, session) for key, session in sessions.items()]
    changed = await rows.put(uow, source_id, told, behind)
    days = [_day_of(timezone, session) for key, session in sessions.items() if key in changed]
    days += [_day_of_row(timezone, row) for row in held if row["identity"] in changed]
    added = sum(changed.values())
    return StoreResult(added, len(changed) - added, len(sessions) - len(changed), tuple(days))


def _row(source_id: int, identity: str, session: SleepSession) -> dict[str, Any]:
    return {
        "sample_id": session_id("sleep", source_id, identity),
        "identity": identity,
        "start_at": samples.instant_of(session.start_ms),
        "end_at": samples.instant_of(session.end_ms),
        "offset_minutes": session.offset_minutes,
        "day": session.day,
        "is_nap": session.is_nap,
        "source_updated_at": None if session.updated_ms is None else samples.instant_of(session.updated_ms),
        "figures": msgspec.json.encode(session.figures).decode(),
        "stages": intervals.encode(session.stages, session.start_ms),
    }
