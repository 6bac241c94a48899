"""Connections come back to the pool whole, whatever happened to who had them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from healthpartner.core.db.pool import Database, connect

LOCK = 19
# What of these it is depends on whether the library, or only the server, knows that the connection is gone.
BROKEN = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


@pytest.fixture
async def one(database: Database) -> AsyncIterator[Any]:
    """A pool of a single connection, so that what is not given back is missed."""
    async with connect(database.url, pool_size=1) as own:
        yield own.tenants


async def backend(pool: Any) -> int:
    pid: int = await asyncio.wait_for(pool.fetchval("SELECT pg_backend_pid()"), 10)
    return pid


async def test_a_connection_is_used_again(one: Any) -> None:
    assert await backend(one) == await backend(one)


async def test_a_caller_who_is_cancelled_gives_the_connection_back(one: Any, database: Database) -> None:
    async with database.system.acquire() as other:
        await other.execute("SELECT pg_advisory_lock($1)", LOCK)
        waiting = asyncio.create_task(one.fetchval("SELECT pg_advisory_lock($1)", LOCK))
        waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted"
        while await other.fetchval(waits, LOCK) == 0:
            assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

        assert await backend(one)
        assert await other.fetchval(waits, LOCK) == 0
        await other.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def test_a_transaction_that_is_left_open_is_undone(one: Any) -> None:
    connection = await one.acquire()
    await connection.execute("BEGIN; SET LOCAL hp.org_id = 'somebody'")
    await one.release(connection)

    assert await one.fetchval("SELECT nullif(current_setting('hp.org_id', true), '')") is None
    async with one.acquire() as again:
        assert not again.is_in_transaction()


async def test_a_statement_that_fails_costs_no_connection(one: Any) -> None:
    before = await backend(one)
    with pytest.raises(asyncpg.UndefinedTableError):
        await one.fetch("SELECT * FROM nowhere")

    assert await backend(one) == before


async def test_a_connection_that_broke_is_replaced(one: Any, database: Database) -> None:
    connection = await one.acquire()
    pid = await connection.fetchval("SELECT pg_backend_pid()")
    admin = await asyncpg.connect(database.url)
    await admin.execute("SELECT pg_terminate_backend($1)", pid)
    await admin.close()
    try:
        with pytest.raises(BROKEN):
            await connection.execute("SELECT 1")
    finally:
        await one.release(connection)

    assert await backend(one) != pid


async def test_giving_back_twice_gives_back_once(one: Any) -> None:
    connection = await one.acquire()
    await one.release(connection)
    await one.release(connection)

    assert await backend(one)
    assert one.get_idle_size() == one.get_size() == 1
