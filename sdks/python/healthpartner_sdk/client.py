"""The client that waits: for the tenant's server, and for one member."""

from typing import Self
from uuid import UUID

import httpx

from healthpartner_sdk._generated.member import MemberOperations
from healthpartner_sdk._generated.models import MemberToken as IssuedToken
from healthpartner_sdk._generated.tenant import TenantOperations
from healthpartner_sdk.calls import OMITTED
from healthpartner_sdk.credentials import Clock, TokenCache, TokenSource, now
from healthpartner_sdk.retries import RetryPolicy
from healthpartner_sdk.sender import MemberToken, TenantKey

TIMEOUT_SECONDS = 30.0


class HealthPartner(TenantOperations):
    """With the tenant's key, for servers. `member` acts for one member, with tokens that it gets and renews by itself."""

    def __init__(
        self,
        base_url: str,
        tenant_key: str,
        *,
        policy: RetryPolicy | None = None,
        http: httpx.Client | None = None,
        clock: Clock = now,
    ) -> None:
        super().__init__(http or open_http(base_url), TenantKey(tenant_key), policy or RetryPolicy())
        self._clock = clock

    def member(self, user_id: UUID | str, scope: str | None = None) -> "MemberClient":
        """`scope` narrows what its tokens allow, such as `member:read`."""

        def issued() -> IssuedToken:
            return self.issue_token(user_id=user_id, scope=scope or OMITTED)

        return MemberClient(self._http, user_id, issued, policy=self._policy, clock=self._clock)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class MemberClient(MemberOperations):
    """For one member. `tokens` answers a new token whenever it is called: an app asks the partner's server for one."""

    def __init__(
        self,
        http: httpx.Client | str,
        user_id: UUID | str,
        tokens: TokenSource,
        *,
        policy: RetryPolicy | None = None,
        clock: Clock = now,
    ) -> None:
        """`http`: where the API is, or a client that knows."""
        opened = open_http(http) if isinstance(http, str) else http
        super().__init__(opened, MemberToken(tokens, TokenCache(clock)), policy or RetryPolicy())
        self.user_id = user_id


def open_http(base_url: str) -> httpx.Client:
    return httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS)
