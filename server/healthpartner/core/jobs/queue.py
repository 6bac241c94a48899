"""Puts a ticket for a job into the queue, in the transaction of the data that the job is about."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from healthpartner.core.unit_of_work import UnitOfWork


class Ticket(Struct, frozen=True):
    """All that the queue knows of a job: which tenant's it is, and its id there."""

    org_id: UUID
    job_id: UUID


async def enqueue(uow: UnitOfWork, kind: str, job_id: UUID, *, delay: timedelta = timedelta(0)) -> None:
    """A worker that knows `kind` takes the ticket after the commit, `delay` later. One ticket per job at a time."""
    ticket = msgspec.json.encode(Ticket(uow.org_id, job_id))
    queries = Queries(_OurConnection(await uow.connection()))
    await queries.enqueue(kind, ticket, execute_after=delay, dedupe_key=str(job_id), on_conflict="skip")


class _OurConnection(AsyncpgDriver):
    """The caller's connection, which encodes jsonb itself: the library's JSON text would be encoded twice."""

    async def fetch(self, query: str, *args: Any) -> list[dict[str, object]]:
        *others, headers = args
        return await super().fetch(query, *others, [msgspec.json.decode(text) for text in headers])
