"""The queue and its worker, on a database of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from healthpartner.core.db.pool import Database
from healthpartner.core.jobs import housekeeping
from healthpartner.core.jobs.queue import Ticket, enqueue
from healthpartner.core.jobs.worker import Handler, JobWorker, Periodic, TryAgain, WorkerLimits
from tests.conftest import MakeOrg
from tests.support.database import Tenant

QUICK = WorkerLimits(heartbeat_seconds=1.0, poll_seconds=0.2, grace_seconds=5.0)


@pytest.fixture
async def tenant(make_org: MakeOrg, quiet_database: Database) -> Tenant:
    return await make_org(database=quiet_database)


@asynccontextmanager
async def working(
    database: Database, handlers: Mapping[str, Handler], periodic: list[Periodic] | None = None, **limits: float
) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = JobWorker(database.url, handlers, periodic or [], WorkerLimits(**{**_plain(QUICK), **limits}))  # type: ignore[arg-type]
    task = asyncio.create_task(worker.run(stop))
    try:
        async with asyncio.timeout(20):
            yield
    finally:
        stop.set()
        await task


def _plain(limits: WorkerLimits) -> dict[str, float]:
    return {name: getattr(limits, name) for name in limits.__struct_fields__}


class Taken:
    """A handler that notes its tickets and does what it is told before it returns."""

    def __init__(self, *failures: Exception) -> None:
        self.tickets: list[Ticket] = []
        self._failures = list(failures)
        self.done = asyncio.Event()

    async def __call__(self, ticket: Ticket) -> None:
        self.tickets.append(ticket)
        if self._failures:
            raise self._failures.pop(0)
        self.done.set()


async def ticket(tenant: Tenant, kind: str = "work", job_id: UUID | None = None, *, commit: bool = True) -> UUID:
    job_id = job_id or uuid4()
    async with tenant.uow() as uow:
        await enqueue(uow, kind, job_id)
        if commit:
            await uow.commit()
    return job_id


async def queued(database: Database) -> int:
    async with database.system.acquire() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM pgqueuer"))


async def test_a_ticket_reaches_its_handler(tenant: Tenant) -> None:
    taken = Taken()
    job_id = await ticket(tenant)

    async with working(tenant.database, {"work": taken}):
        await taken.done.wait()

    assert taken.tickets == [Ticket(tenant.org_id, job_id)]
    assert await queued(tenant.database) == 0


async def test_a_ticket_given_to_a_waiting_worker_is_heard_at_once(tenant: Tenant) -> None:
    first, second = Taken(), Taken()
    await ticket(tenant, "first")
    async with working(tenant.database, {"first": first, "second": second}, poll_seconds=60):
        await first.done.wait()
        await ticket(tenant, "second")
        await second.done.wait()


async def test_a_ticket_of_a_transaction_that_was_undone_does_not_exist(tenant: Tenant) -> None:
    await ticket(tenant, commit=False)

    assert await queued(tenant.database) == 0


async def test_a_job_has_one_ticket_at_a_time(tenant: Tenant) -> None:
    job_id = await ticket(tenant)

    await ticket(tenant, job_id=job_id)

    assert await queued(tenant.database) == 1


async def test_what_a_tenant_queues_holds_ids_only_and_is_not_readable_by_requests(tenant: Tenant) -> None:
    job_id = await ticket(tenant)

    async with tenant.database.system.acquire() as connection:
        payload = await connection.fetchval("SELECT payload FROM pgqueuer")
    assert payload.decode() == f'{{"org_id":"{tenant.org_id}","job_id":"{job_id}"}}'
    async with tenant.uow() as uow:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await uow.fetch("SELECT payload FROM pgqueuer")


@pytest.mark.parametrize("failure", [TryAgain(timedelta(0)), RuntimeError("a value nobody may read")])
async def test_a_handler_that_raises_is_called_again_and_its_words_are_not_kept(
    tenant: Tenant, failure: Exception
) -> None:
    taken = Taken(failure)
    await ticket(tenant)

    async with working(tenant.database, {"work": taken}):
        await taken.done.wait()

    assert len(taken.tickets) == 2
    async with tenant.database.system.acquire() as connection:
        log = await connection.fetchval("SELECT string_agg(traceback::text, '') FROM pgqueuer_log")
    assert "nobody may read" not in (log or "")


async def test_a_kind_that_this_worker_does_not_know_waits_for_another(tenant: Tenant) -> None:
    known, unknown = Taken(), Taken()
    await ticket(tenant, "unknown")
    await ticket(tenant, "known")

    async with working(tenant.database, {"known": known}):
        await known.done.wait()
    assert await queued(tenant.database) == 1
    async with working(tenant.database, {"unknown": unknown}):
        await unknown.done.wait()


async def test_a_job_that_outlasts_the_grace_goes_back_to_the_queue(tenant: Tenant) -> None:
    begun, again = asyncio.Event(), Taken()

    async def endless(_: Ticket) -> None:
        begun.set()
        await asyncio.Event().wait()

    await ticket(tenant)
    async with working(tenant.database, {"work": endless}, grace_seconds=0.01):
        await begun.wait()
    assert await queued(tenant.database) == 1

    async with working(tenant.database, {"work": again}):
        await again.done.wait()


async def test_periodic_work_is_done_by_one_worker_and_survives_its_failures(tenant: Tenant) -> None:
    done = asyncio.Event()
    runs = 0

    async def sweep() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("broken")
        done.set()

    async with working(tenant.database, {}, [Periodic("sweep", "* * * * * */1", sweep)]):
        await done.wait()

    assert runs == 2


async def test_the_worker_serves_on_after_its_connections_were_lost(tenant: Tenant) -> None:
    before, after = Taken(), Taken()
    await ticket(tenant, "before")
    async with working(tenant.database, {"before": before, "after": after}):
        await before.done.wait()
        operator = await asyncpg.connect(tenant.database.url)
        lost = await operator.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'healthpartner-jobs' AND datname = current_database()"
        )
        await operator.close()
        await ticket(tenant, "after")
        await after.done.wait()
    assert lost


async def test_old_history_of_the_queue_is_trimmed(tenant: Tenant) -> None:
    await ticket(tenant)
    async with tenant.database.system.acquire() as connection:
        await connection.execute("UPDATE pgqueuer_log SET created = now() - interval '1 year'")

        await housekeeping.trim(connection)

        assert await connection.fetchval("SELECT count(*) FROM pgqueuer_log") == 0
        assert await connection.fetchval("SELECT count(*) FROM pgqueuer") == 1
