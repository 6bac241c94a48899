"""Time as a value that is handed in, so that schedules can be rehearsed and tests never wait."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

NOT_AHEAD = timedelta(0)


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...

    def now_of(self, org_id: UUID) -> datetime:
        """The present instant of a tenant, who may be ahead in a sandbox."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def now_of(self, org_id: UUID) -> datetime:  # noqa: ARG002 - nobody is ahead
        return self.now()


class SettableClock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def now_of(self, org_id: UUID) -> datetime:  # noqa: ARG002 - nobody is ahead
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


class TenantClocks:
    """A sandbox's time: tenants can be ahead of the clock that everybody shares.

    How far is in the database; here is what this process last heard of it.
    """

    def __init__(self, shared: Clock) -> None:
        self._shared = shared
        self._ahead: dict[UUID, timedelta] = {}

    def now(self) -> datetime:
        return self._shared.now()

    def now_of(self, org_id: UUID) -> datetime:
        return self._shared.now() + self._ahead.get(org_id, NOT_AHEAD)

    def put(self, org_id: UUID, ahead: timedelta) -> None:
        self._ahead[org_id] = ahead

    def replace(self, ahead: Mapping[UUID, timedelta]) -> None:
        self._ahead = dict(ahead)
