"""What every test may ask for: a real database, a clock that stands still, and organisations of its own."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from tests.support.api import Api, Member, Partner, make_platform, open_api
from tests.support.database import Tenant, copy_of, create_template, create_tenant, drop
from tests.support.parts.session import Parts
from tests.support.postgres import temporary_postgres

MakeOrg = Callable[..., Awaitable[Tenant]]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of the `postgres` database on a server that tests may do anything to."""
    with temporary_postgres() as address:
        yield address.url


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


@pytest.fixture
async def api(
    database: Database, clock: SettableClock, keyring: Keyring, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    """The API in process, on the shared database."""
    opened = open_api(await make_platform(database, clock, keyring, tmp_path_factory.mktemp("files")))
    async with opened.client:
        yield opened


@pytest.fixture
async def acme(api: Api) -> Partner:
    return await api.partner("Acme")


@pytest.fixture
async def globex(api: Api) -> Partner:
    return await api.partner("Globex")


@pytest.fixture
async def alice(acme: Partner) -> Member:
    """A member at Acme."""
    return await acme.add_member(first_name="Alice", last_name="Liddell", email="alice@example.org")


@pytest.fixture
async def bob(acme: Partner) -> Member:
    """Another member at Acme."""
    return await acme.add_member(first_name="Bob")


@pytest.fixture
async def charlie(globex: Partner) -> Member:
    """A member at Globex, who must see nothing of Acme's."""
    return await globex.add_member(first_name="Charlie")


@pytest.fixture(scope="session")
def parts() -> Iterator[Parts]:
    """Queues and brokers to publish to, each started on its first use and once for all tests."""
    with ExitStack() as stack:
        yield Parts(stack)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: nothing may be left out without notice."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures that tests have noted with `record_property`."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    measured = [report for report in reports if report.when == "call" and report.user_properties]
    if measured:
        terminalreporter.section("figures")
    for report in sorted(measured, key=lambda report: report.nodeid):
        figures = ", ".join(f"{name} = {value}" for name, value in report.user_properties)
        terminalreporter.line(f"{report.nodeid.rpartition('/')[2]}: {figures}")
