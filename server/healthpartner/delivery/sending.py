"""One lane's batch: members side by side, the events of one member in order, each signed when it is sent."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from msgspec import Struct

from healthpartner.core.clock import Clock
from healthpartner.delivery.pace import Pace
from healthpartner.delivery.retries import next_attempt
from healthpartner.destinations.contract import PublishFailed, Receipt
from healthpartner.events.envelope import Envelope, instant
from healthpartner.events.signing import Signer, TimedSecret

CONCURRENT_SENDS = 32
# Fewer, so that a replay leaves the destination, and this worker, to new events.
REPLAYS_ABREAST = 8

_log = structlog.get_logger(__name__)


class Publisher(Protocol):
    async def publish(self, envelope: Envelope) -> Receipt: ...


class Target(Struct, frozen=True):
    """Where a lane leads: an open destination of a kind, and the secrets that sign for its organisation."""

    kind: str
    publisher: Publisher
    secrets: Sequence[TimedSecret]


class Attempt(Struct, frozen=True, kw_only=True):
    """What came of one attempt. `next_at` is None unless the delivery is still due."""

    delivery: Any
    state: str
    next_at: datetime | None
    attempted_at: datetime
    outcome: str
    provider_message: str | None
    provider_message_id: str | None
    latency_ms: int
    thin: bool

    def row(self) -> tuple[object, ...]:
        """In the order of the columns that the store notes."""
        return (
            self.delivery["delivery_id"],
            self.state,
            self.next_at,
            self.attempted_at,
            self.outcome,
            self.provider_message,
            self.provider_message_id,
            self.latency_ms,
            self.thin,
        )


class LaneSender:
    """Sends what was leased. After `stop_at` (monotonic seconds) nothing new is begun, so that the lease outlives
    every attempt; nor after an attempt without an answer, so that a destination that swallows everything holds a place
    no longer than one attempt may take. What was not begun stays due. Replays are sent at a pace.
    """

    def __init__(
        self, target: Target | None, clock: Clock, chance: Callable[[], float], stop_at: float, pace: Pace | None
    ) -> None:
        self._target, self._clock, self._chance, self._stop_at = target, clock, chance, stop_at
        self._pace, self._abreast = pace, CONCURRENT_SENDS if pace is None else REPLAYS_ABREAST
        self._unanswered = False

    async def send(self, deliveries: Sequence[Any]) -> list[Attempt]:
        """`deliveries` in the order of recording."""
        members: dict[UUID, list[Any]] = {}
        for delivery in deliveries:
            members.setdefault(delivery["user_id"] or delivery["org_id"], []).append(delivery)
        waiting, attempts = iter(members.values()), list[Attempt]()

        async def work() -> None:
            for chain in waiting:
                for delivery in chain:
                    if self._pace is not None:
                        await self._pace.turn()
                    if self._unanswered or time.monotonic() >= self._stop_at:
                        return
                    attempts.append(await self._attempt(delivery))

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._abreast, len(members))):
                group.create_task(work())
        return attempts

    async def _attempt(self, delivery: Any) -> Attempt:
        attempted_at, begun = self._clock.now(), time.perf_counter()
        try:
            receipt = await self._publish(delivery, attempted_at)
        except PublishFailed as failure:
            self._unanswered = self._unanswered or failure.kind == "timeout"
            return self._failed(delivery, attempted_at, begun, failure.kind, failure.provider_message)
        except Exception:  # noqa: BLE001 - a faulty plugin costs its own delivery an attempt, never the worker its life
            _log.exception("publishing broke", event_id=str(delivery["event_id"]))
            return self._failed(delivery, attempted_at, begun, "server", None)
        return Attempt(
            delivery=delivery,
            state="delivered",
            next_at=None,
            attempted_at=attempted_at,
            outcome="delivered",
            provider_message=None,
            provider_message_id=receipt.provider_message_id,
            latency_ms=_milliseconds_since(begun),
            thin=receipt.thin,
        )

    def _failed(
        self, delivery: Any, attempted_at: datetime, begun: float, outcome: str, message: str | None
    ) -> Attempt:
        next_at = next_attempt(delivery["attempts"] + 1, self._clock.now(), delivery["created_at"], self._chance())
        return Attempt(
            delivery=delivery,
            state="failed" if next_at is None else "due",
            next_at=next_at,
            attempted_at=attempted_at,
            outcome=outcome,
            provider_message=message,
            provider_message_id=None,
            latency_ms=_milliseconds_since(begun),
            thin=False,
        )

    async def _publish(self, delivery: Any, now: datetime) -> Receipt:
        if self._target is None:
            raise PublishFailed("invalid", "the stored settings cannot be used")
        return await self._target.publisher.publish(_sealed(delivery, now, Signer.at(now, self._target.secrets)))


def _sealed(delivery: Any, now: datetime, signer: Signer) -> Envelope:
    body, signed_at = delivery["body"], instant(now)
    return Envelope(
        event_id=delivery["event_id"],
        event_type=delivery["type"],
        stream=delivery["stream"],
        org_id=delivery["org_id"],
        user_id=delivery["user_id"],
        signed_at=signed_at,
        body=body,
        signature=signer.sign(body, signed_at),
        signer=signer,
    )


def _milliseconds_since(begun: float) -> int:
    return round((time.perf_counter() - begun) * 1000)
