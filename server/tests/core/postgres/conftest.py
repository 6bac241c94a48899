"""A cluster made once for all tests, and a way to ask it something."""

import asyncio
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
def used_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("used") / "data"
    with EmbeddedPostgres(directory, settings=QUICK):
        return directory


@pytest.fixture
def data_dir(used_cluster: Path) -> Iterator[Path]:
    """A data directory with a stopped cluster that other tests used before; their tables may still be there."""
    (used_cluster / "postgres.port").unlink(missing_ok=True)
    (used_cluster / "postgres.log").unlink(missing_ok=True)
    yield used_cluster
    kill_server(used_cluster / "postgres", None)


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
