"""Databases for tests: one cluster and one migrated template per session, and cheap copies of that template."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from healthpartner.core.clock import Clock
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import Database, connect
from healthpartner.core.ids import uuid7
from healthpartner.core.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Tenant:
    """An organisation of a test's own, so that tests on one database do not see each other."""

    org_id: UUID
    name: str
    database: Database
    clock: Clock

    def uow(self, user_id: UUID | None = None) -> UnitOfWork:
        return UnitOfWork(self.database.tenants, self.clock, self.org_id, user_id=user_id)

    async def add_member(self) -> UUID:
        user_id = uuid4()
        async with self.uow() as uow:
            await uow.execute(
                "INSERT INTO member (org_id, user_id, created_at, updated_at) VALUES ($1, $2, $3, $3)",
                self.org_id,
                user_id,
                self.clock.now(),
            )
            await uow.commit()
        return user_id


async def create_tenant(database: Database, clock: Clock, name: str) -> Tenant:
    org_id = uuid7(clock.now())
    async with UnitOfWork(database.tenants, clock, org_id) as uow:
        await uow.execute(
            "INSERT INTO org (org_id, name, key, created_at) VALUES ($1, $2, $3, $4)",
            org_id,
            name,
            f"{name.lower()}-{org_id.hex}",
            clock.now(),
        )
        await uow.commit()
    return Tenant(org_id, name, database, clock)


async def create_template(server: str) -> str:
    """The name of a migrated database that nobody connects to; `server` is the address of any database."""
    name = f"template_{uuid4().hex}"
    await _run(server, f'CREATE DATABASE "{name}"')
    await migrate(address_of(server, name))
    return name


@asynccontextmanager
async def copy_of(server: str, template: str, *, pool_size: int = 5) -> AsyncIterator[Database]:
    name = f"test_{uuid4().hex}"
    await _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        async with connect(address_of(server, name), pool_size=pool_size) as database:
            yield database
    finally:
        await drop(server, name)


async def drop(server: str, name: str) -> None:
    await _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def address_of(server: str, name: str) -> str:
    return f"{server.rpartition('/')[0]}/{name}"


async def _run(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
