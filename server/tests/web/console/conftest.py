from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from healthpartner.domains.tenants.console_members.schemas import ConsoleScope
from tests.support.api import Partner
from tests.support.console import Person, joined


@pytest.fixture
async def admin(acme: Partner) -> AsyncIterator[Person]:
    somebody = await joined(acme)
    yield somebody
    await somebody.client.aclose()


@pytest.fixture
async def join(acme: Partner) -> AsyncIterator[Callable[[ConsoleScope], Awaitable[Person]]]:
    """Somebody at Acme with a scope."""
    people: list[Person] = []

    async def make(scope: ConsoleScope) -> Person:
        people.append(await joined(acme, scope))
        return people[-1]

    yield make
    for somebody in people:
        await somebody.client.aclose()


@pytest.fixture
async def stranger(globex: Partner) -> AsyncIterator[Person]:
    """An admin at Globex, who must see nothing of Acme's."""
    somebody = await joined(globex)
    yield somebody
    await somebody.client.aclose()
