"""A system of its own for each test that looks at what the workers do."""

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from tests.conftest import MakeOrg
from tests.support.database import Tenant
from tests.support.delivery import Post, make_post


@pytest.fixture
def post(quiet_database: Database, clock: SettableClock, keyring: Keyring) -> Post:
    return make_post(quiet_database, clock, keyring)


@pytest.fixture
async def acme(post: Post, make_org: MakeOrg) -> Tenant:
    tenant = await make_org("Acme", database=post.database)
    await post.create_secret(tenant)
    return tenant


@pytest.fixture
async def globex(post: Post, make_org: MakeOrg) -> Tenant:
    tenant = await make_org("Globex", database=post.database)
    await post.create_secret(tenant)
    return tenant
