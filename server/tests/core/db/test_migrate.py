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
        await connection.execute(
            "WITH o AS (INSERT INTO org (org_id, name, key, created_at) "
            "VALUES (gen_random_uuid(), 'Acme', 'acme-packs', now()) RETURNING org_id), "
            "m AS (INSERT INTO member (org_id, user_id, created_at, updated_at) "
            "SELECT org_id, gen_random_uuid(), now(), now() FROM o RETURNING org_id, user_id) "
            "SELECT 1 FROM m"
        )
        await connection.execute(
            "INSERT INTO sample_pack (org_id, user_id, metric, first_day, last_day, source_id, n, samples) "
            "SELECT org_id, user_id, 1, '2025-10-01', '2025-10-02', 1, 2, '' FROM member"
        )
    finally:
        await connection.close()

    with pytest.raises(Exception, match="open-packs"):
        await migrate(quiet_database.url, "0018_retention", down=True)

    assert await schema_revision(quiet_database.url) == "0019_packs"
