"""Reads in one round trip: the scope that travels inside the statement holds for whatever it wraps."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database, connect, scoped
from tests.support.database import Tenant, create_tenant

MEMBERS = 5
# Each answers `found`: values that begin with the name of the tenant that they belong to, in every shape of statement.
QUERIES = {
    "plain": "SELECT external_id AS found FROM member",
    "limited": "SELECT external_id AS found FROM member ORDER BY external_id DESC LIMIT 2",
    "pattern": "SELECT external_id AS found FROM member WHERE external_id LIKE '%-%'",
    "join": "SELECT m.external_id AS found FROM member m JOIN org o ON o.name = split_part(m.external_id, '-', 1)",
    "outer join": "SELECT m.external_id AS found FROM org o FULL JOIN member m ON m.org_id = o.org_id",
    "subquery": "SELECT external_id AS found FROM member WHERE user_id IN (SELECT user_id FROM member)",
    "lateral": "SELECT x.external_id AS found FROM org, LATERAL (SELECT * FROM member LIMIT 3) x",
    "exists": "SELECT name AS found FROM org WHERE EXISTS (SELECT FROM member)",
    "aggregate": "SELECT max(external_id) AS found FROM member",
    "grouped": "SELECT min(external_id) AS found FROM member GROUP BY org_id HAVING count(*) > 0",
    "window": "SELECT first_value(external_id) OVER (ORDER BY user_id) AS found FROM member",
    "union": "SELECT external_id AS found FROM member UNION ALL SELECT name FROM org",
    "materialized": "WITH m AS MATERIALIZED (SELECT * FROM member) SELECT external_id AS found FROM m",
    "recursive": "WITH RECURSIVE m AS (SELECT external_id FROM member UNION SELECT external_id FROM m) "
    "SELECT external_id AS found FROM m",
    "distinct": "SELECT DISTINCT ON (org_id) external_id AS found FROM member",
    "array": "SELECT unnest(array_agg(external_id)) AS found FROM member",
}
COUNT = "SELECT count(*) AS found FROM member"


@pytest.fixture
async def tenants(database: Database, clock: SettableClock) -> list[Tenant]:
    made = [await create_tenant(database, clock, name) for name in ("Acme", "Globex")]
    for tenant in made:
        async with tenant.uow() as uow:
            for number in range(MEMBERS):
                await uow.execute(
                    "INSERT INTO member (org_id, user_id, external_id, created_at, updated_at) "
                    "VALUES ($1, $2, $3, $4, $4)",
                    tenant.org_id,
                    uow.new_id(),
                    f"{tenant.name}-{number}",
                    clock.now(),
                )
            await uow.commit()
    return made


@pytest.fixture
async def one_connection(database: Database) -> AsyncIterator[Any]:
    """Every read goes over the same connection, with the plans and settings that the one before left there."""
    async with connect(database.url, pool_size=1) as narrow:
        yield narrow.tenants


async def read(pool: Any, sql: str, org_id: UUID) -> list[Any]:
    rows = await pool.fetch(scoped(sql, 1), str(org_id))
    return [row["found"] for row in rows]


@pytest.mark.parametrize("sql", QUERIES.values(), ids=QUERIES)
async def test_a_read_finds_the_rows_of_its_tenant_only(sql: str, tenants: list[Tenant], one_connection: Any) -> None:
    # PostgreSQL settles on a plan that fits all parameters after five executions of a prepared statement.
    for tenant in tenants * 8:
        found = await read(one_connection, sql, tenant.org_id)
        assert found
        assert {value.split("-")[0] for value in found} == {tenant.name}


@pytest.mark.parametrize("mode", ["force_generic_plan", "force_custom_plan"])
async def test_no_choice_of_plan_lets_a_row_through(mode: str, tenants: list[Tenant], one_connection: Any) -> None:
    async with one_connection.acquire() as connection:
        await connection.execute(f"SET plan_cache_mode = {mode}; SET enable_seqscan = off")
        for sql in QUERIES.values():
            for tenant in tenants * 2:
                found = await read(connection, sql, tenant.org_id)
                assert {value.split("-")[0] for value in found} == {tenant.name}


async def test_an_aggregate_counts_the_rows_of_its_tenant_only(tenants: list[Tenant], one_connection: Any) -> None:
    for tenant in tenants * 8:
        assert await read(one_connection, COUNT, tenant.org_id) == [MEMBERS]


async def test_a_scope_ends_with_its_statement(tenants: list[Tenant], one_connection: Any) -> None:
    for tenant in tenants:
        await read(one_connection, QUERIES["plain"], tenant.org_id)
        assert await one_connection.fetchval("SELECT count(*) FROM member") == 0


async def test_a_scope_of_no_tenant_finds_nothing(tenants: list[Tenant], one_connection: Any) -> None:
    assert len(tenants) == 2
    assert await one_connection.fetch(scoped(QUERIES["plain"], 1), None) == []
    assert await one_connection.fetch(scoped(QUERIES["plain"], 1), "") == []
    assert await one_connection.fetchval(scoped(COUNT, 1), "") == 0


async def test_another_tenant_named_in_the_statement_is_not_found(tenants: list[Tenant], one_connection: Any) -> None:
    acme, globex = tenants
    named = scoped("SELECT external_id AS found FROM member WHERE org_id = $1", 2)
    for _ in range(8):
        assert await one_connection.fetch(named, globex.org_id, str(acme.org_id)) == []
