"""The client for asyncio: for the tenant's server, and for one member."""

from typing import Self
from uuid import UUID

import httpx

from healthpartner_sdk._generated.async_member import AsyncMemberOperations
from healthpartner_sdk._generated.async_tenant import AsyncTenantOperations
from healthpartner_sdk._generated.models import MemberToken as IssuedToken
from healthpartner_sdk.async_sender import AsyncMemberToken, AsyncTenantKey
from healthpartner_sdk.calls import OMITTED
from healthpartner_sdk.client import TIMEOUT_SECONDS
from healthpartner_sdk.credentials import AsyncTokenSource, Clock, TokenCache, now
from healthpartner_sdk.retries import RetryPolicy


class AsyncHealthPartner(AsyncTenantOperations):
    """With the tenant's key, for servers. `member` acts for one member, with tokens that it gets and renews by itself."""

    def __init__(
        self,
        base_url: str,
        tenant_key: str,
        *,
        policy: RetryPolicy | None = None,
        http: httpx.AsyncClient | None = None,
        clock: Clock = now,
    ) -> None:
        super().__init__(http or open_async_http(base_url), AsyncTenantKey(tenant_key), policy or RetryPolicy())
        self._clock = clock

    def member(self, user_id: UUID | str, scope: str | None = None) -> "AsyncMemberClient":
        """`scope` narrows what its tokens allow, such as `member:read`."""

        async def issued() -> IssuedToken:
            return await self.issue_token(user_id=user_id, scope=scope or OMITTED)

        return AsyncMemberClient(self._http, user_id, issued, policy=self._policy, clock=self._clock)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class AsyncMemberClient(AsyncMemberOperations):
    """For one member. `tokens` answers a new token whenever it is awaited: an app asks the partner's server for one."""

    def __init__(
        self,
        http: httpx.AsyncClient | str,
        user_id: UUID | str,
        tokens: AsyncTokenSource,
        *,
        policy: RetryPolicy | None = None,
        clock: Clock = now,
    ) -> None:
        """`http`: where the API is, or a client that knows."""
        opened = open_async_http(http) if isinstance(http, str) else http
        super().__init__(opened, AsyncMemberToken(tokens, TokenCache(clock)), policy or RetryPolicy())
        self.user_id = user_id


def open_async_http(base_url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT_SECONDS)
