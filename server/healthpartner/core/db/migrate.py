"""Brings the database to the newest schema, under a lock, so that many processes may start at once."""

import re
from pathlib import Path

import asyncpg

REVISION = re.compile(r'^(?:down_)?revision = "(\w+)"', re.MULTILINE)


def migrations_directory() -> Path:
    """Beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parents[2]
    packed = package / "_migrations"
    return packed if packed.is_dir() else package.parent / "migrations"


def newest_revision(directory: Path) -> str | None:
    """The one that no other follows; None where that is not exactly one."""
    named = [REVISION.findall(path.read_text(encoding="utf-8")) for path in (directory / "versions").glob("*.py")]
    followed = {name for names in named for name in names[1:]}
    newest = [names[0] for names in named if names and names[0] not in followed]
    return newest[0] if len(newest) == 1 else None


async def schema_revision(url: str) -> str | None:
    """What the database is at; None before its first migration."""
    connection = await asyncpg.connect(url)
    try:
        version: str | None = await connection.fetchval("SELECT version_num FROM schema_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return version


async def migrate(url: str, revision: str = "head", *, down: bool = False) -> None:
    """Applies what is missing; waits while another process does the same."""
    directory = migrations_directory()
    newest = newest_revision(directory)
    if revision == "head" and newest is not None and await schema_revision(url) == newest:
        return
    # Imported when used: it takes longer than all else of a start on a database that is current.
    from healthpartner.core.db import revisions  # noqa: PLC0415

    await revisions.apply(directory, url, revision, down=down)
