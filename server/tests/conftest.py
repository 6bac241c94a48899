"""What every test may ask for: a real database, a clock that stands still, and organisations of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from tests.support.database import Tenant, copy_of, create_template, create_tenant, drop

MakeOrg = Callable[..., Awaitable[Tenant]]


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of the `postgres` database on a server that tests may do anything to."""
    return "postgresql://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(scope="session")
async def template(postgres_server: str) -> AsyncIterator[str]:
    name = await create_template(postgres_server)
    yield name
    await drop(postgres_server, name)


@pytest.fixture(scope="session")
async def database(postgres_server: str, template: str) -> AsyncIterator[Database]:
    """Shared by all tests: isolate by a fresh organisation (`make_org`), never by emptying tables."""
    async with copy_of(postgres_server, template) as database:
        yield database


@pytest.fixture
async def quiet_database(postgres_server: str, template: str) -> AsyncIterator[Database]:
    """A database of the test's own, for what looks across all organisations."""
    async with copy_of(postgres_server, template) as database:
        yield database


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 3, 14, 9, 0, tzinfo=UTC))


@pytest.fixture
def keyring() -> Keyring:
    return Keyring([bytes(range(32))])


@pytest.fixture
def make_org(database: Database, clock: SettableClock) -> MakeOrg:
    """`await make_org("Acme")` -> Tenant; `database=` puts it elsewhere than into the shared one."""

    async def make(name: str = "Acme", *, database: Database = database) -> Tenant:
        return await create_tenant(database, clock, name)

    return make
