"""Credentials: the tenant's key, or a member's token that is renewed before it ends."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

RENEW_BEFORE = timedelta(seconds=60)
Clock = Callable[[], datetime]


class IssuedToken(Protocol):
    """What `issue_token` answers."""

    @property
    def access_token(self) -> str: ...

    @property
    def expires_at(self) -> datetime: ...


TokenSource = Callable[[], IssuedToken]
AsyncTokenSource = Callable[[], Awaitable[IssuedToken]]


def now() -> datetime:
    return datetime.now(UTC)


class TokenCache:
    """The latest token, for as long as more than a minute of it is left."""

    def __init__(self, clock: Clock = now) -> None:
        self._clock = clock
        self._token: IssuedToken | None = None

    def current(self) -> str | None:
        token = self._token
        if token is None or token.expires_at - self._clock() <= RENEW_BEFORE:
            return None
        return token.access_token

    def keep(self, token: IssuedToken) -> str:
        self._token = token
        return token.access_token

    def forget(self, refused: dict[str, str]) -> None:
        """After a refusal of these headers; a token that another call has renewed meanwhile stays."""
        if self._token is not None and member_headers(self._token.access_token) == refused:
            self._token = None


def tenant_headers(key: str) -> dict[str, str]:
    return {"taih-tenant-key": key}


def member_headers(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
