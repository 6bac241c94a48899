"""Two pools onto one database, one per role.

`tenants` runs as `healthpartner_app`: row-level security is forced on it and, until a scope is set,
it sees no tenant row. `system` runs as `healthpartner_system`, which keys, jobs and delivery need
because they serve every tenant; requests use it only to find out who is calling.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

APP_ROLE = "healthpartner_app"
SYSTEM_ROLE = "healthpartner_system"


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda raw: msgspec.json.decode(raw[1:]),
    )


async def _leave_clean(connection: Any) -> None:
    """Everything a scope sets is local to its transaction, so ending that is the whole clean-up."""
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


class _Pool(asyncpg.pool.Pool):  # type: ignore[misc]
    """Takes a connection back at once where nothing is left to wait for, which is after nearly every statement.

    The library makes a task of it each time, so that no caller who is cancelled keeps a connection. That costs a short
    read a tenth of its time, and a step that does not wait cannot be cancelled; where it waits all the same, being
    cancelled costs the connection, not its place in the pool.
    """

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - its signature
        held = connection._con  # noqa: SLF001 - None once it is released
        if held is None or held.is_closed() or held.is_in_transaction():
            await super().release(connection, timeout=timeout)
            return
        held._on_release()  # noqa: SLF001 - as the library's own release
        await connection._holder.release(timeout)  # noqa: SLF001 - without the task around it


async def _pool(url: str, role: str, size: int, statement_timeout: float) -> Any:
    return await _Pool(
        url,
        max_queries=50_000,
        max_inactive_connection_lifetime=300,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        setup=None,
        loop=None,
        min_size=1,
        max_size=size,
        init=_prepare,
        reset=_leave_clean,
        command_timeout=statement_timeout + 5,
        server_settings={
            "role": role,
            "application_name": "healthpartner",
            "statement_timeout": str(int(statement_timeout * 1000)),
            "idle_in_transaction_session_timeout": "60000",
            "timezone": "UTC",
            "jit": "off",
        },
    )


@dataclass(frozen=True)
class Database:
    """Both pools, and the address they were made with."""

    url: str
    tenants: Any
    system: Any

    async def close(self) -> None:
        await self.tenants.close()
        await self.system.close()

    async def terminate(self) -> None:
        self.tenants.terminate()
        self.system.terminate()


@asynccontextmanager
async def connect(
    url: str, *, pool_size: int = 10, system_pool_size: int = 5, statement_timeout: float = 30.0
) -> AsyncIterator[Database]:
    tenants = await _pool(url, APP_ROLE, pool_size, statement_timeout)
    system = await _pool(url, SYSTEM_ROLE, system_pool_size, statement_timeout)
    database = Database(url, tenants, system)
    try:
        yield database
    finally:
        await database.close()


@lru_cache(1024)
def scoped(sql: str, position: int) -> str:
    """`sql` as one statement that first sets the tenant scope from parameter `$position`.

    The gate is an initialisation plan without reference to any row, so the planner puts it above the
    scan as a one-time filter and runs it first. `OFFSET 0` keeps the statement's own one-time filters,
    such as an EXISTS, below the gate. Were it ever placed elsewhere, row-level security would see no
    scope and the statement would return nothing.
    """
    return (
        f"SELECT scoped.* FROM (SELECT * FROM ({sql}) AS asked OFFSET 0) AS scoped "
        f"WHERE (SELECT set_config('hp.org_id', ${position}::text, true)) IS NOT NULL"
    )


def scope_statement(org_id: UUID) -> str:
    """Begins a transaction in the scope of one tenant, in one round trip."""
    return f"BEGIN; SET LOCAL hp.org_id = '{UUID(str(org_id))}'"
