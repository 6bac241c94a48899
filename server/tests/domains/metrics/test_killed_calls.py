"""A partner's call that is cut off before any of its statements has done nothing; sent again, it is done once."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.body.ingest import ingest as ingest_body
from healthpartner.domains.metrics.body.schemas import IngestBody
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.sleep.ingest import ingest as ingest_sleep
from healthpartner.domains.metrics.sleep.schemas import IngestSleep
from healthpartner.domains.metrics.workouts.ingest import ingest as ingest_workouts
from healthpartner.domains.metrics.workouts.schemas import IngestWorkouts
from tests.conftest import MakeOrg
from tests.support.database import Tenant
from tests.support.delivery import make_post
from tests.support.kills import Killed, kill_at

Ingest = Callable[[UnitOfWork, Any], Awaitable[list[ItemResult]]]

NIGHT = {"date": "2026-03-13", "start": "2026-03-12T22:30:00+01:00", "end": "2026-03-13T06:30:00+01:00"}
RUN = {"sport": {"slug": "running"}, "start": "2026-03-13T07:00:00Z", "end": "2026-03-13T07:45:00Z"}
# One id with neighbours and one without.
CALLS: dict[str, tuple[Ingest, Any, list[dict[str, Any]], dict[str, int]]] = {
    "sleep": (
        ingest_sleep,
        IngestSleep,
        [
            {"client_id": "night-101", **NIGHT, "stages": {"deep_seconds": 5400}},
            {"client_id": "nap", **NIGHT, "start": "2026-03-13T12:00:00Z", "end": "2026-03-13T12:20:00Z"},
        ],
        {"sleep_session": 2},
    ),
    "workouts": (
        ingest_workouts,
        IngestWorkouts,
        [
            {"client_id": "run-101", **RUN, "distance_meters": 8000},
            {"client_id": "run", **RUN, "start": "2026-03-13T07:30:00Z"},
        ],
        {"workout": 2},
    ),
    "body": (
        ingest_body,
        IngestBody,
        [
            {"client_id": "scale-101", "measured_at": "2026-03-13T07:00:00Z", "weight_kg": 80, "body_fat_percent": 20},
            {"client_id": "scale", "measured_at": "2026-03-12T07:00:00Z", "weight_kg": 81},
        ],
        {"sample_chunk": 3, "sample_client_id": 2},
    ),
}
HELD = ("sleep_session", "workout", "sample_chunk", "sample_client_id", "sample_source", "event", "audit_entry")


async def held(tenant: Tenant, member: UUID) -> dict[str, int]:
    """The rows of the member in each table that has any, and the deliveries of its events."""
    async with tenant.uow() as uow:
        counts = {
            table: await uow.fetchval(f"SELECT count(*) FROM {table} WHERE user_id = $1", member) for table in HELD
        }
        counts["delivery"] = await uow.fetchval(
            "SELECT count(*) FROM delivery JOIN event USING (position) WHERE event.user_id = $1", member
        )
    return {table: count for table, count in counts.items() if count}


@pytest.mark.parametrize("kind", CALLS)
async def test_killed_before_any_statement_it_has_done_nothing_and_is_done_once(
    make_org: MakeOrg,
    quiet_database: Database,
    clock: SettableClock,
    keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    ingest, model, items, stored = CALLS[kind]
    call = model(msgspec.Raw(msgspec.json.encode(items)))
    tenant = await make_org(database=quiet_database)
    post = make_post(quiet_database, clock, keyring)
    await post.create_secret(tenant)
    mailbox = await post.register(tenant)
    everything = stored | {"sample_source": 1, "event": 1, "audit_entry": 1, "delivery": 1}
    members: list[UUID] = []

    async def send(member: UUID) -> list[str]:
        async with tenant.uow(member) as uow:
            results = await ingest(uow, call)
            await uow.commit()
        return [result.status for result in results]

    killed = True
    while killed:
        members.append(await tenant.add_member())
        with monkeypatch.context() as patched:
            kill_at(len(members) - 1, patched)
            try:
                await send(members[-1])
                killed = False
            except Killed:
                pass
        if killed:
            assert await held(tenant, members[-1]) == {}
            assert await send(members[-1]) == ["accepted"] * 2
        assert await held(tenant, members[-1]) == everything
        assert await send(members[-1]) == ["duplicate"] * 2
        assert await held(tenant, members[-1]) == everything

    await post.deliver()
    told = [body["user_id"] for body in mailbox.bodies if body["event_type"] == "device.daily_data.updated"]
    assert sorted(told) == sorted(map(str, members))
    assert len(members) > 5
