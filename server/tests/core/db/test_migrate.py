"""A database that is current is left alone, and any other is brought up."""

import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from healthpartner.core.db import revisions
from healthpartner.core.db.migrate import migrate, migrations_directory, newest_revision, schema_revision
from healthpartner.core.db.pool import Database
from tests.support.database import address_of
from tests.support.figure_months import differences

# Some organizations, each with members whose `external_id` counts up.
_MEMBERS = """
WITH o AS (
    INSERT INTO org (org_id, name, key, created_at)
    SELECT gen_random_uuid(), 'Acme', 'acme-' || n, now() FROM generate_series(1, $1::integer) n RETURNING org_id
)
INSERT INTO member (org_id, user_id, external_id, created_at, updated_at)
SELECT org_id, gen_random_uuid(), n, now(), now() FROM o, generate_series(1, $2::integer) n
"""


def write(directory: Path, name: str, revision: str, after: str | None) -> None:
    (directory / "versions").mkdir(exist_ok=True)
    down = "None" if after is None else f'"{after}"'
    (directory / "versions" / f"{name}.py").write_text(f'revision = "{revision}"\ndown_revision = {down}\n')


def test_the_newest_revision_is_the_one_that_none_follows(tmp_path: Path) -> None:
    write(tmp_path, "b", "0001", None)
    write(tmp_path, "a", "0002", "0001")

    assert newest_revision(tmp_path) == "0002"


def test_two_ends_have_no_newest_revision(tmp_path: Path) -> None:
    write(tmp_path, "a", "0001", None)
    write(tmp_path, "b", "0002", "0001")
    write(tmp_path, "c", "0003", "0001")

    assert newest_revision(tmp_path) is None


async def test_a_migrated_database_is_at_the_newest_revision(postgres_server: str, template: str) -> None:
    assert await schema_revision(address_of(postgres_server, template)) == newest_revision(migrations_directory())


async def test_a_database_before_its_first_migration_has_no_revision(postgres_server: str) -> None:
    assert await schema_revision(postgres_server) is None


async def test_a_current_database_is_not_migrated_again(
    quiet_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "apply", None)

    await migrate(quiet_database.url)


async def test_a_database_that_is_behind_is_brought_up(quiet_database: Database) -> None:
    await migrate(quiet_database.url, "0001", down=True)
    assert await schema_revision(quiet_database.url) == "0001"

    await migrate(quiet_database.url)

    assert await schema_revision(quiet_database.url) == newest_revision(migrations_directory())


def test_the_command_does_not_import_alembic_before_it_migrates() -> None:
    check = (
        "import sys, healthpartner.core.db.migrate; sys.exit('alembic' in sys.modules or 'sqlalchemy' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


async def test_packed_days_are_not_lost_by_going_back(quiet_database: Database) -> None:
    connection = await asyncpg.connect(quiet_database.url)
    try:
        await connection.execute(_MEMBERS, 1, 1)
        await connection.execute(
            "INSERT INTO sample_pack (org_id, user_id, metric, first_day, last_day, source_id, n, samples) "
            "SELECT org_id, user_id, 1, '2025-10-01', '2025-10-02', 1, 2, '' FROM member"
        )
    finally:
        await connection.close()

    with pytest.raises(Exception, match="open-packs"):
        await migrate(quiet_database.url, "0018_retention", down=True)

    assert await schema_revision(quiet_database.url) == "0019_packs"


async def test_figures_of_several_sources_are_counted_anew_where_their_samples_are_left(
    quiet_database: Database,
) -> None:
    await migrate(quiet_database.url, "0019_packs", down=True)
    connection = await asyncpg.connect(quiet_database.url)
    try:
        await connection.execute(_MEMBERS, 3, 15)
        await connection.execute(
            "INSERT INTO daily_figure (org_id, user_id, metric, day, value, minimum, maximum, samples, sources, "
            "contested, floating, frozen) SELECT org_id, user_id, 1, DATE '2026-03-01' + n, 1, 1, 1, 1, '{1}', "
            "n > 0, false, n > 1 FROM member, generate_series(0, 2) n"
        )

        await migrate(quiet_database.url)

        rows = await connection.fetch("SELECT contested, frozen, stale, count(*) FROM daily_figure GROUP BY 1, 2, 3")
        assert {(row["contested"], row["frozen"], row["stale"]): row["count"] for row in rows} == {
            (False, False, False): 45,
            (True, False, True): 45,
            (True, True, False): 45,
        }
    finally:
        await connection.close()


async def test_figures_that_are_there_are_told_by_the_month_too(quiet_database: Database) -> None:
    await migrate(quiet_database.url, "0021_corrected_sessions", down=True)
    connection = await asyncpg.connect(quiet_database.url)
    try:
        await connection.execute(_MEMBERS, 3, 15)
        await connection.execute(
            "INSERT INTO daily_figure (org_id, user_id, metric, day, value, minimum, maximum, samples, sources, "
            "contested, floating) SELECT org_id, user_id, metric, DATE '2026-01-28' + n, n, 0, 1, 1, "
            "CASE n % 3 WHEN 0 THEN '{1}' WHEN 1 THEN '{1,2}' ELSE '{}' END::integer[], false, false "
            "FROM member, generate_series(0, 40, 2) n, generate_series(1, 2) metric WHERE n % 5 > 0"
        )

        await migrate(quiet_database.url)

        members = await connection.fetch("SELECT user_id FROM member")
        assert await connection.fetchval("SELECT count(*) FROM figure_month") == 45 * 2 * 3
        assert [each for row in members for each in await differences(connection, row["user_id"])] == []
    finally:
        await connection.close()


async def test_averages_of_several_sources_are_counted_anew(quiet_database: Database) -> None:
    await migrate(quiet_database.url, "0023_figure_months_filled", down=True)
    connection = await asyncpg.connect(quiet_database.url)
    try:
        await connection.execute(_MEMBERS, 1, 2)
        await connection.execute(
            "INSERT INTO sample_source (org_id, user_id, provider, device, first_seen_at, last_data_at) "
            "SELECT org_id, user_id, 'garmin', 'Fenix ' || n, now(), now() "
            "FROM member, generate_series(1, external_id::integer) n"
        )
        await connection.execute(
            "INSERT INTO daily_figure (org_id, user_id, metric, day, value, minimum, maximum, samples, sources, "
            "contested, floating, frozen) SELECT org_id, user_id, metric, DATE '2026-03-01' + n, 1, 1, 1, 1, '{1}', "
            "false, false, n > 0 FROM member, generate_series(0, 1) n, unnest(ARRAY[101, 201]) metric"
        )

        await migrate(quiet_database.url)

        rows = await connection.fetch(
            "SELECT external_id, metric, frozen FROM daily_figure JOIN member USING (user_id) WHERE stale"
        )
        assert [tuple(row) for row in rows] == [("2", 101, False)]
    finally:
        await connection.close()
