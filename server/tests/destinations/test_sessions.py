"""One connection shared by attempts, and given up after any failure."""

import asyncio

import pytest

from healthpartner.destinations.contract import FailureKind, PublishFailed
from healthpartner.destinations.sessions import SessionDestination
from healthpartner.events.envelope import Envelope
from tests.support.parts.events import make_envelope
from tests.support.parts.nats_harness import private_context
from tests.support.sinks import MANIFEST, Memory, MemorySettings

MAXIMUM_BYTES = 10_000


class Scripted:
    """Fails as told, one after the other, then takes everything."""

    def __init__(self, *failures: FailureKind) -> None:
        self.failures = list(failures)
        self.is_usable, self.is_closed = True, False
        self.sent: list[Envelope] = []
        self.entered = asyncio.Semaphore(0)
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def send(self, envelope: Envelope) -> str | None:
        self.entered.release()
        failure = self.failures.pop(0) if self.failures else None
        await self.may_answer.wait()
        self.sent.append(envelope)
        if failure is not None:
            raise PublishFailed(failure, "scripted")
        return "stored"

    async def close(self) -> None:
        self.is_closed = True


class Small(Memory):
    """A kind whose settings are allowed when they name something."""

    manifest = MANIFEST._replace(maximum_bytes=MAXIMUM_BYTES)


class Scene(SessionDestination[Scripted]):
    def __init__(self, *sessions: Scripted, timeout_seconds: float = 5.0, name: str = "scene") -> None:
        super().__init__(Small(), MemorySettings(name), private_context(timeout_seconds=timeout_seconds))
        self._sessions = list(sessions)

    async def connect(self) -> Scripted:
        await asyncio.sleep(0)
        return self._sessions.pop(0)

    def message_bytes(self, envelope: Envelope) -> int:
        return len(envelope.body)


async def test_settings_that_are_not_allowed_any_more_are_not_even_tried() -> None:
    session = Scripted()

    async with Scene(session, name="") as destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())

    assert caught.value.kind == "invalid"
    assert session.sent == []


async def test_attempts_side_by_side_share_one_connection() -> None:
    session = Scripted()

    async with Scene(session) as destination:
        await asyncio.gather(*(destination.publish(make_envelope()) for _ in range(5)))

    assert len(session.sent) == 5
    assert session.is_closed


async def test_an_event_that_the_broker_finds_too_large_is_sent_again_thin_on_a_new_connection() -> None:
    first, second = Scripted("too_large"), Scripted()

    async with Scene(first, second) as destination:
        receipt = await destination.publish(make_envelope())

    assert receipt.thin
    assert first.is_closed
    assert '"truncated":true' in second.sent[0].body


async def test_a_thin_event_that_is_too_large_still_is_a_failure() -> None:
    async with Scene(Scripted("too_large"), Scripted("too_large")) as destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope({"samples": "x" * MAXIMUM_BYTES}))

    assert caught.value.kind == "too_large"


async def test_a_failure_gives_the_connection_up_when_its_last_user_leaves() -> None:
    first, second = Scripted("refused"), Scripted()
    first.may_answer.clear()
    async with Scene(first, second) as destination:
        attempts = [asyncio.ensure_future(destination.publish(make_envelope())) for _ in range(2)]
        for _ in attempts:
            await first.entered.acquire()
        first.may_answer.set()
        failed, succeeded = await asyncio.gather(*attempts, return_exceptions=True)
        await destination.publish(make_envelope())

    assert isinstance(failed, PublishFailed)
    assert not isinstance(succeeded, BaseException)
    assert first.is_closed
    assert len(second.sent) == 1


async def test_a_late_connection_is_not_used_again() -> None:
    late, fresh = Scripted(), Scripted()
    late.may_answer.clear()
    async with Scene(late, fresh, timeout_seconds=0.05) as destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
        await destination.publish(make_envelope())

    assert caught.value.kind == "timeout"
    assert late.is_closed
    assert len(fresh.sent) == 1


async def test_a_connection_that_broke_while_nobody_used_it_costs_no_attempt() -> None:
    broken, fresh = Scripted(), Scripted()
    async with Scene(broken, fresh) as destination:
        await destination.publish(make_envelope())
        broken.is_usable = False
        await destination.publish(make_envelope())

    assert broken.is_closed
    assert len(fresh.sent) == 1
