"""A cluster made once and copied for each test, and a way to ask it something."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from healthpartner.core.postgres.address import PostgresAddress
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.core.postgres.processes import kill_server
from tests.support.postgres import QUICK

Query = Callable[..., list[tuple[object, ...]]]


@pytest.fixture(scope="session")
def cluster_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("template") / "data"
    with EmbeddedPostgres(directory, settings=QUICK):
        return directory


@pytest.fixture
def data_dir(cluster_template: Path, tmp_path: Path) -> Iterator[Path]:
    """A data directory with an empty cluster, stopped."""
    directory = tmp_path / "data"
    subprocess.run(["cp", "-a", cluster_template, directory], check=True)
    (directory / "postgres.port").unlink()
    yield directory
    kill_server(directory / "postgres", None)


@pytest.fixture
def empty_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory before its first start."""
    directory = tmp_path / "data"
    yield directory
    kill_server(directory / "postgres", None)


@pytest.fixture
def query() -> Query:
    """Rows of one statement, over a connection of its own."""

    async def fetch(address: PostgresAddress, sql: str, **overrides: str) -> list[tuple[object, ...]]:
        login = {"host": address.host, "user": address.user, "password": address.password, **overrides}
        connection = await asyncpg.connect(port=address.port, database=address.database, **login)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    def run(address: PostgresAddress, sql: str, **overrides: str) -> list[tuple[object, ...]]:
        # A loop of its own, so that the loop of the test session stays as it is.
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            return runner.run(fetch(address, sql, **overrides))

    return run
