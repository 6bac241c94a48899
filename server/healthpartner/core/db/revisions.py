"""Runs the migrations with alembic, under a lock; a process whose database is current never imports this."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

ROLES_LOCK = 0x68705F6D69677261


def alembic_config(directory: Path, connection: Any = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(directory).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def apply(directory: Path, url: str, revision: str, *, down: bool) -> None:
    """Brings the schema to `revision`; waits while another process does the same."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    change = command.downgrade if down else command.upgrade
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SELECT pg_advisory_lock({ROLES_LOCK})"))
            await connection.commit()
            await connection.execute(text("SET lock_timeout = '4s'"))
            await connection.execute(text("SET statement_timeout = '60s'"))
            await connection.commit()
            await connection.run_sync(lambda given: change(alembic_config(directory, given), revision))
            await connection.commit()
            await connection.execute(text(f"SELECT pg_advisory_unlock({ROLES_LOCK})"))
            await connection.commit()
    finally:
        await engine.dispose()
