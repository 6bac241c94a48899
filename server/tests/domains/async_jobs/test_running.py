"""Jobs from their start to their end, and what members see of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec import Struct

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.errors import Conflict, UpstreamFailed
from healthpartner.core.jobs.worker import TryAgain
from healthpartner.domains.async_jobs import running, service
from healthpartner.domains.async_jobs.running import JobHandler
from healthpartner.domains.async_jobs.schemas import JobContext
from tests.conftest import MakeOrg
from tests.support.api import Api, Member, Partner
from tests.support.jobs import resources_of, run_job


class Counted(Struct, frozen=True):
    number: int


async def start(partner: Partner, member: Member) -> UUID:
    async with partner.tenant.uow(member.user_id) as uow:
        accepted = await service.start(uow, "count", {"to": 3})
        await uow.commit()
    return accepted.job_id


async def seen(member: Member, job_id: UUID) -> Any:
    return (await member.get(f"/jobs/{job_id}")).json()["data"]


async def complete(context: JobContext) -> None:
    async with context.uow() as uow:
        await service.complete(uow, context.job_id, Counted(context.input["to"]))
        await uow.commit()


def failing(error: Exception) -> JobHandler:
    async def handler(_: JobContext) -> None:
        raise error

    return handler


async def test_a_job_is_accepted_then_completed(api: Api, acme: Partner, alice: Member) -> None:
    job_id = await start(acme, alice)
    assert await seen(alice, job_id) == {"job_id": str(job_id), "status": "accepted"}

    await run_job(api, acme.org_id, job_id, {"count": complete})

    assert await seen(alice, job_id) == {"job_id": str(job_id), "status": "completed", "result": {"number": 3}}


async def test_a_running_job_shows_its_progress(api: Api, acme: Partner, alice: Member) -> None:
    job_id, shown = await start(acme, alice), []

    async def handler(context: JobContext) -> None:
        async with context.uow() as uow:
            await service.report_progress(uow, context.job_id, Counted(1))
            await uow.commit()
        shown.append(await seen(alice, job_id))
        await complete(context)

    await run_job(api, acme.org_id, job_id, {"count": handler})

    assert shown == [{"job_id": str(job_id), "status": "running", "progress": {"number": 1}}]


async def test_another_members_job_and_an_unknown_one_are_not_found(
    acme: Partner, alice: Member, bob: Member, charlie: Member
) -> None:
    job_id = await start(acme, alice)

    for stranger in (bob, charlie):
        assert (await stranger.get(f"/jobs/{job_id}")).status_code == 404
    assert (await alice.get(f"/jobs/{uuid4()}")).status_code == 404


async def test_a_coded_error_fails_the_job_with_its_code(api: Api, acme: Partner, alice: Member) -> None:
    job_id = await start(acme, alice)

    await run_job(api, acme.org_id, job_id, {"count": failing(Conflict("Already counted."))})

    failed = await seen(alice, job_id)
    assert failed["status"] == "failed"
    assert failed["result"] == {"error": "conflict", "reason": "Already counted."}


@pytest.mark.parametrize("error", [RuntimeError("a value nobody may read"), UpstreamFailed()])
async def test_other_errors_are_tried_a_few_times_and_then_fail_without_a_word_of_them(
    api: Api, acme: Partner, alice: Member, error: Exception
) -> None:
    job_id, delays = await start(acme, alice), []

    for _ in range(running.MOST_ATTEMPTS - 1):
        with pytest.raises(TryAgain) as again:
            await run_job(api, acme.org_id, job_id, {"count": failing(error)})
        delays.append(again.value.delay)
    await run_job(api, acme.org_id, job_id, {"count": failing(error)})

    assert delays == sorted(set(delays))
    failed = await seen(alice, job_id)
    assert failed["result"] == {"error": "internal_error", "reason": "Something went wrong on our side."}


async def test_a_job_that_kills_every_worker_fails_in_the_end(api: Api, acme: Partner, alice: Member) -> None:
    job_id = await start(acme, alice)
    async with acme.tenant.uow() as uow:
        await uow.execute("UPDATE job SET attempts = $1 WHERE job_id = $2", running.MOST_ATTEMPTS, job_id)
        await uow.commit()

    await run_job(api, acme.org_id, job_id, {"count": complete})

    assert (await seen(alice, job_id))["status"] == "failed"


@pytest.mark.parametrize("error", [ConnectionResetError(), asyncpg.InterfaceError("connection is closed")])
async def test_a_lost_database_costs_no_attempt(api: Api, acme: Partner, alice: Member, error: Exception) -> None:
    job_id = await start(acme, alice)

    for _ in range(running.MOST_ATTEMPTS + 1):
        with pytest.raises(TryAgain):
            await run_job(api, acme.org_id, job_id, {"count": failing(error)})
    await run_job(api, acme.org_id, job_id, {"count": complete})

    assert (await seen(alice, job_id))["status"] == "completed"


def test_a_value_that_the_driver_refuses_is_no_lost_database() -> None:
    assert not running.is_database_away(asyncpg.DataError("invalid input"))
    assert not running.is_database_away(OSError("no space left"))
    assert running.is_database_away(asyncpg.ConnectionDoesNotExistError("lost"))


async def test_a_job_ends_once_though_two_workers_ran_it(api: Api, acme: Partner, alice: Member) -> None:
    job_id = await start(acme, alice)

    async def overtaken(context: JobContext) -> None:
        await complete(context)
        await complete(context)

    await run_job(api, acme.org_id, job_id, {"count": overtaken})
    await run_job(api, acme.org_id, job_id, {"count": failing(RuntimeError())})

    assert (await seen(alice, job_id))["result"] == {"number": 3}


async def test_a_job_whose_ticket_was_lost_gets_a_new_one(
    api: Api, quiet_database: Database, clock: SettableClock, make_org: MakeOrg
) -> None:
    tenant = await make_org(database=quiet_database)
    async with tenant.uow() as uow:
        accepted = await service.start(uow, "count", {"to": 3})
        await uow.commit()
    resources = replace(resources_of(api), database=quiet_database)
    clock.advance(timedelta(minutes=6))
    assert await service.requeue_lost(resources) == 0
    async with quiet_database.system.acquire() as connection:
        await connection.execute("DELETE FROM pgqueuer")

        assert await service.requeue_lost(resources) == 1

        assert await connection.fetchval("SELECT dedupe_key FROM pgqueuer") == str(accepted.job_id)
