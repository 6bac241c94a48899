"""Brings the database to the newest schema, under a lock, so that many processes may start at once."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

ROLES_LOCK = 0x68705F6D69677261


def migrations_directory() -> Path:
    """Beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parents[2]
    packed = package / "_migrations"
    return packed if packed.is_dir() else package.parent / "migrations"


def alembic_config(connection: Any = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_directory()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Any, revision: str) -> None:
    command.upgrade(alembic_config(connection), revision)


def _downgrade(connection: Any, revision: str) -> None:
    command.downgrade(alembic_config(connection), revision)


async def migrate(url: str, revision: str = "head", *, down: bool = False) -> None:
    """Applies what is missing; waits while another process does the same."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SELECT pg_advisory_lock({ROLES_LOCK})"))
            await connection.commit()
            await connection.execute(text("SET lock_timeout = '4s'"))
            await connection.execute(text("SET statement_timeout = '60s'"))
            await connection.commit()
            await connection.run_sync(_downgrade if down else _upgrade, revision)
            await connection.commit()
            await connection.execute(text(f"SELECT pg_advisory_unlock({ROLES_LOCK})"))
            await connection.commit()
    finally:
        await engine.dispose()
