"""Row-level security on every table that there is, with rows of two tenants in each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from healthpartner.core.clock import SystemClock
from healthpartner.core.db.pool import scope_statement
from tests.support.database import copy_of, create_tenant

# Tables of the deployment as a whole. What is not listed here must belong to tenants.
OF_NO_TENANT = {"alembic_version", "console_challenge", "schema_version", "token_key", "rate_bucket"}
# A ticket names a job of a tenant and nothing else.
TICKETS = "pgqueuer"
VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "md5(random()::text)",
    "character varying": "md5(random()::text)",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "interval": "interval '1 day'",
    "jsonb": "'{}'::jsonb",
    "boolean": "false",
    "bytea": "decode(md5(random()::text), 'hex')",
    "smallint": "(random() * 30000)::smallint",
    "integer": "(random() * 1e9)::integer",
    "bigint": "(random() * 1e15)::bigint",
    "double precision": "random()",
    "real": "random()",
    "ARRAY": "'{}'",
}
COLUMNS = """
SELECT table_name, array_agg(column_name::text) AS names, array_agg(data_type::text) AS types
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_identity = 'NO' AND is_generated = 'NEVER'
GROUP BY table_name
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text AS name, conname FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f') AND conparentid = 0
ORDER BY contype DESC
"""


@dataclass(frozen=True)
class TwoTenants:
    """A database in whose every tenant table both have one row, and a connection as `healthpartner_app`."""

    tables: dict[str, list[str]]
    ours: UUID
    theirs: UUID
    connection: Any


@pytest.fixture(scope="module")
async def two(postgres_server: str, template: str) -> AsyncIterator[TwoTenants]:
    clock = SystemClock()
    async with copy_of(postgres_server, template) as database:
        ours, theirs = [(await create_tenant(database, clock, name)).org_id for name in ("Acme", "Globex")]
        connection = await asyncpg.connect(database.url)
        try:
            tables = await filled(connection, ours, theirs)
            await connection.execute("SET ROLE healthpartner_app")
            yield TwoTenants(tables, ours, theirs, connection)
        finally:
            await connection.close()


async def filled(connection: Any, *org_ids: UUID) -> dict[str, list[str]]:
    """Rows of arbitrary values; what they refer to does not matter to row-level security."""
    for constraint in await connection.fetch(CONSTRAINTS):
        await connection.execute(
            f'ALTER TABLE {constraint["name"]} DROP CONSTRAINT IF EXISTS "{constraint["conname"]}"'
        )
    tables = [row for row in await connection.fetch(COLUMNS) if "org_id" in row["names"]]
    for table in tables:
        named = [(name, kind) for name, kind in zip(table["names"], table["types"], strict=True) if name != "org_id"]
        columns = ", ".join(["org_id", *(name for name, _ in named)])
        values = ", ".join(["$1", *(VALUES[kind] for _, kind in named)])
        for org_id in org_ids:
            statement = f"INSERT INTO {table['table_name']} ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING"
            await connection.execute(statement, org_id)
    return {table["table_name"]: table["names"] for table in tables}


async def scoped(two: TwoTenants, statement: str, *args: object) -> Any:
    """One statement in our scope, undone afterwards."""
    await two.connection.execute(scope_statement(two.ours))
    try:
        return await two.connection.fetch(statement, *args)
    finally:
        await two.connection.execute("ROLLBACK")


async def test_a_tenant_sees_its_own_rows_and_no_other(two: TwoTenants) -> None:
    seen = {name: {row["org_id"] for row in await scoped(two, f"SELECT org_id FROM {name}")} for name in two.tables}

    assert seen == {name: {two.ours} for name in two.tables}


async def test_without_a_scope_there_are_no_rows_at_all(two: TwoTenants) -> None:
    for scope in ("RESET hp.org_id", "SET hp.org_id = ''"):
        await two.connection.execute(scope)
        counts = {name: await two.connection.fetchval(f"SELECT count(*) FROM {name}") for name in two.tables}
        assert counts == dict.fromkeys(two.tables, 0)


async def test_rows_of_another_tenant_cannot_be_written(two: TwoTenants) -> None:
    for name in two.tables:
        changed = await scoped(two, f"UPDATE {name} SET org_id = org_id WHERE org_id = $1 RETURNING 1", two.theirs)
        deleted = await scoped(two, f"DELETE FROM {name} WHERE org_id = $1 RETURNING 1", two.theirs)
        assert (changed, deleted) == ([], []), name


async def test_a_row_cannot_be_given_to_another_tenant(two: TwoTenants) -> None:
    for name in two.tables:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await scoped(two, f"UPDATE {name} SET org_id = $1", two.theirs)


async def test_a_row_cannot_be_made_for_another_tenant(two: TwoTenants) -> None:
    for name, columns in two.tables.items():
        others = ", ".join(column for column in columns if column != "org_id")
        statement = f"INSERT INTO {name} (org_id, {others}) SELECT $1, {others} FROM {name}"
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await scoped(two, statement, two.theirs)


async def test_every_table_is_a_tenants_or_out_of_requests_reach(two: TwoTenants) -> None:
    for row in await two.connection.fetch(
        "SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS forced, "
        "has_table_privilege('healthpartner_app', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') AS reachable "
        "FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
    ):
        unprotected = not row["forced"] and not row["name"].startswith(TICKETS)
        assert not (unprotected and row["reachable"]), row["name"]
        assert not unprotected or row["name"] in OF_NO_TENANT, row["name"]


async def test_the_requests_role_cannot_switch_the_protection_off(two: TwoTenants) -> None:
    role = await two.connection.fetchrow("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")

    assert tuple(role) == (False, False)
    for statement in (
        "ALTER TABLE member DISABLE ROW LEVEL SECURITY",
        "TRUNCATE member CASCADE",
        "DROP POLICY tenant ON member",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await scoped(two, statement)
