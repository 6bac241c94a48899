"""The delivery worker against every kind of destination, when the answer to an attempt is lost on its way back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.destinations.contract import Destination, DestinationContext, Receipt
from healthpartner.destinations.registry import KINDS
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.events.envelope import Envelope
from tests.conftest import MakeOrg
from tests.support.database import Tenant
from tests.support.delivery import Post, make_post, record_steps
from tests.support.parts.events import CURRENT_SECRET
from tests.support.parts.harness import Harness, Stored


class Watched(Destination):
    """A destination that notes what it is asked to publish."""

    def __init__(self, destination: Destination, published: list[Envelope]) -> None:
        super().__init__(0)
        self._destination, self._published = destination, published

    async def publish(self, envelope: Envelope) -> Receipt:
        self._published.append(envelope)
        return await self._destination.publish(envelope)

    async def attempt(self, envelope: Envelope) -> Receipt:
        return await self._destination.attempt(envelope)

    async def close(self) -> None:
        await self._destination.close()


class WatchedKind:
    """A real kind whose destinations are watched."""

    def __init__(self, kind: Any) -> None:
        self._kind, self.published = kind, list[Envelope]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kind, name)

    def open(self, settings: Any, context: DestinationContext) -> Destination:
        return Watched(self._kind.open(settings, context), self.published)


async def register(post: Post, tenant: Tenant, harness: Harness) -> None:
    settings = {"type": harness.kind, harness.kind: harness.settings(harness.proxy.port)}
    async with tenant.uow() as uow:
        await queues.register(uow, post.queues, "device_data", settings)
        await uow.commit()


def signature_on(kind: str, envelope: Envelope) -> str:
    return envelope.webhook_headers()["webhook-signature"] if kind == "webhook" else envelope.signature


async def test_a_lost_reply_costs_one_more_attempt_of_the_same_event_signed_anew(
    harness: Harness,
    quiet_database: Database,
    keyring: Keyring,
    make_org: MakeOrg,
    record_property: Callable[[str, object], None],
) -> None:
    # Receivers compare the time of signing with their own clock.
    clock = SettableClock(datetime.now(UTC))
    kind: Any = WatchedKind(KINDS[harness.kind])
    post = make_post(quiet_database, clock, keyring)
    context = harness.context(harness.proxy.port, 10.0)
    post = replace(post, queues=replace(post.queues, destinations=context, kinds={harness.kind: kind}))
    acme = replace(await make_org(database=quiet_database), clock=clock)
    await post.use_secret(acme, CURRENT_SECRET)
    await register(post, acme, harness)
    relay = post.relay()
    await record_steps(acme, 0)
    assert await post.deliver(relay) == 1

    harness.proxy.mode = "lose_reply"
    kind.published.clear()
    await record_steps(acme, 1)
    assert await post.deliver(relay) == 1
    harness.proxy.mode = "ok"
    clock.advance(timedelta(seconds=61))
    assert await post.deliver(relay) == 1
    clock.advance(timedelta(hours=48))
    assert await post.deliver(relay) == 0
    await relay.close()

    first, second = kind.published
    assert (first.event_id, first.body) == (second.event_id, second.body)
    assert first.signed_at < second.signed_at
    copies = await copies_of(harness, first)
    # The harness has verified each signature over the bytes that it read, and this is that of the body published.
    assert [one.signature for one in copies] == [signature_on(harness.kind, one) for one in (first, second)]
    assert copies[0].event == copies[1].event
    record_property("attempts", len(kind.published))
    record_property("copies", len(copies))


async def copies_of(harness: Harness, envelope: Envelope) -> list[Stored]:
    """What its owner reads of one event, in the order of signing."""
    stored = [one for one in await harness.stored() if one.event_id == str(envelope.event_id)]
    order = [one.signature for one in stored]
    first = signature_on(harness.kind, envelope)
    return sorted(stored, key=lambda one: (one.signature != first, order.index(one.signature)))
