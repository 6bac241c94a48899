"""One unit of work = one tenant scope + one transaction + one clock. Nothing touches tenant data without it."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import asyncpg

from healthpartner.core.access import SYSTEM, Actor
from healthpartner.core.clock import Clock
from healthpartner.core.db.pool import scope_statement, scoped
from healthpartner.core.errors import Unauthorized
from healthpartner.core.ids import uuid7

MEMBER_IS_GONE = "HP401"


class UnitOfWork:
    """A transaction in the scope of one tenant, begun by its first statement.

    With `user_id` every statement is on behalf of that member, who must exist: the credential of a
    deleted member is dead at once, `Unauthorized`. Only the edge (web, job runner, commands) commits;
    leaving the block without a commit rolls back.
    """

    def __init__(
        self,
        pool: Any,
        clock: Clock,
        org_id: UUID,
        *,
        user_id: UUID | None = None,
        actor: Actor = SYSTEM,
        request_id: str | None = None,
    ) -> None:
        self.org_id = org_id
        self.user_id = user_id
        self.actor = actor
        self.request_id = request_id
        self.clock = clock
        self._pool = pool
        self._connection: Any = None
        self._after_commit: list[Callable[[], None]] = []

    @property
    def member_id(self) -> UUID:
        """The member this unit of work is on behalf of."""
        if self.user_id is None:
            raise Unauthorized
        return self.user_id

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    def now(self) -> datetime:
        return self.clock.now_of(self.org_id)

    def new_id(self) -> UUID:
        return uuid7(self.now())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.rollback()

    async def connection(self) -> Any:
        """The connection inside the transaction: for what the methods below do not cover, such as COPY."""
        if self._connection is None:
            connection = await self._pool.acquire()
            try:
                await connection.execute(self._opening())
            except BaseException as error:
                if not connection.is_closed():
                    await connection.execute("ROLLBACK")
                await self._pool.release(connection)
                if isinstance(error, asyncpg.PostgresError) and error.sqlstate == MEMBER_IS_GONE:
                    raise Unauthorized from None
                raise
            self._connection = connection
        return self._connection

    def _opening(self) -> str:
        opening = scope_statement(self.org_id)
        if self.user_id is None:
            return opening
        return f"{opening}; SELECT hp_require_member('{UUID(str(self.user_id))}')"

    async def fetch(self, sql: str, *args: object) -> list[Any]:
        rows: list[Any] = await (await self.connection()).fetch(sql, *args)
        return rows

    async def fetchrow(self, sql: str, *args: object) -> Any:
        return await (await self.connection()).fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: object) -> Any:
        return await (await self.connection()).fetchval(sql, *args)

    async def execute(self, sql: str, *args: object) -> str:
        status: str = await (await self.connection()).execute(sql, *args)
        return status

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        await (await self.connection()).executemany(sql, rows)

    async def read(self, sql: str, *args: object) -> list[Any]:
        """One SELECT in one round trip, without a transaction when none is open.

        It does not check that the member exists, so its result must depend on the member's own row.
        """
        if self._connection is not None:
            return await self.fetch(sql, *args)
        rows: list[Any] = await self._pool.fetch(scoped(sql, len(args) + 1), *args, str(self.org_id))
        return rows

    async def read_row(self, sql: str, *args: object) -> Any:
        """As `read`, for at most one row."""
        rows = await self.read(sql, *args)
        return rows[0] if rows else None

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What happens inside is kept whole or undone whole, and the transaction goes on."""
        connection = await self.connection()
        await connection.execute("SAVEPOINT kept")
        try:
            yield
        except Exception:
            if not connection.is_closed():
                await connection.execute("ROLLBACK TO SAVEPOINT kept; RELEASE SAVEPOINT kept")
            raise
        await connection.execute("RELEASE SAVEPOINT kept")

    def after_commit(self, call: Callable[[], None]) -> None:
        """What this process shall know once it is true for everybody; it must not fail."""
        self._after_commit.append(call)

    async def commit(self) -> None:
        if self._connection is not None:
            try:
                await self._connection.execute("COMMIT")
            finally:
                await self._release()
        calls, self._after_commit = self._after_commit, []
        for call in calls:
            call()

    async def rollback(self) -> None:
        if self._connection is not None:
            try:
                if not self._connection.is_closed():
                    await self._connection.execute("ROLLBACK")
            finally:
                await self._release()

    async def _release(self) -> None:
        connection, self._connection = self._connection, None
        await self._pool.release(connection)
