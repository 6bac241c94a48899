"""The API in process, with a named cast: alice and bob are members at Acme, charlie at Globex."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from healthpartner.core.clock import SettableClock
from healthpartner.core.config import Settings
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.destinations.contract import DestinationContext
from healthpartner.domains.auth.token_keys import TokenKeys
from healthpartner.domains.auth.tokens import SCOPES, TokenIssuer
from healthpartner.domains.tenants.keys import service as tenant_keys
from healthpartner.gateways.files.embedded import EmbeddedFileStore
from healthpartner.web.app import create_app
from healthpartner.web.platform import Platform
from healthpartner.web.usage import UsageCounter
from tests.support.database import Tenant, create_tenant


@dataclass
class Member:
    user_id: UUID
    token: str
    client: httpx.AsyncClient

    @property
    def path(self) -> str:
        return f"/v1/users/{self.user_id}"

    async def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """`path` is below the member's own."""
        headers = {"authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        return await self.client.request(method, self.path + path, headers=headers, **arguments)

    async def get(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("GET", path, **arguments)

    async def post(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("POST", path, **arguments)

    async def patch(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("PATCH", path, **arguments)

    async def delete(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("DELETE", path, **arguments)

    async def ingest(self, path: str, *items: Any, **body: Any) -> list[dict[str, Any]]:
        """The result of each item of a call that is taken."""
        return _data_of(await self.post(path, json={"data": list(items), **body}))

    async def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """The rows of a page."""
        return _data_of(await self.get(path, params=query))


def _data_of(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


@dataclass
class Partner:
    """A tenant with one key, as its server sees the API."""

    tenant: Tenant
    key: str
    api: "Api"

    @property
    def org_id(self) -> UUID:
        return self.tenant.org_id

    async def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = {"taih-tenant-key": self.key, **arguments.pop("headers", {})}
        return await self.api.client.request(method, path, headers=headers, **arguments)

    async def get(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("GET", path, **arguments)

    async def post(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("POST", path, **arguments)

    async def put(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("PUT", path, **arguments)

    async def patch(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("PATCH", path, **arguments)

    async def delete(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.request("DELETE", path, **arguments)

    async def add_member(self, **fields: Any) -> Member:
        made = await self.post("/v1/users", json={"external_id": f"member-{len(self.api.names)}", **fields})
        assert made.status_code == 201, made.text
        self.api.names.append("member")
        return await self.member(UUID(made.json()["data"]["user_id"]))

    async def member(self, user_id: UUID, scopes: tuple[str, ...] = SCOPES) -> Member:
        issued = await self.api.platform.tokens.issue(self.org_id, user_id, scopes)
        return Member(user_id, issued.token, self.api.client)


@dataclass
class Api:
    platform: Platform
    client: httpx.AsyncClient
    app: Any = None
    names: list[str] = field(default_factory=list)

    async def partner(self, name: str) -> Partner:
        platform = self.platform
        tenant = await create_tenant(platform.database, platform.clock, name)
        async with tenant.uow() as uow:
            key = await tenant_keys.create(uow, "first", platform.settings.deployment.key_prefix)
            await uow.commit()
        return Partner(tenant, key.secret, self)


async def make_platform(
    database: Database,
    clock: SettableClock,
    keyring: Keyring,
    files: Path,
    *,
    settings: Settings | None = None,
    destinations: DestinationContext | None = None,
) -> Platform:
    keys = TokenKeys(database.system, keyring, clock)
    await keys.prepare()
    return Platform(
        settings=settings or Settings(),
        database=database,
        clock=clock,
        keyring=keyring,
        tokens=TokenIssuer(keys, clock, "sandbox", timedelta(hours=1)),
        files=EmbeddedFileStore(files, keyring),
        usage=UsageCounter(database.system),
        destinations=destinations
        or DestinationContext(
            environment="sandbox",
            publishing_principal_arn="arn:aws:iam::000000000000:role/publisher",
            allow_private_webhooks=True,
            clock=clock,
        ),
    )


def open_api(platform: Platform) -> Api:
    app: Any = create_app(platform)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return Api(platform, httpx.AsyncClient(transport=transport, base_url="http://api.test"), app)
