"""A tenant with signing secret and queues into memory, and a relay that serves it on the test's clock."""

from dataclasses import dataclass
from typing import Any, ClassVar

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.delivery.relay import Relay, RelayLimits
from healthpartner.destinations.contract import DestinationContext
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.queues.schemas import QueueContext
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events import outbox
from healthpartner.events.event import Event, Stream
from healthpartner.events.signing import parse_secret
from tests.support.database import Tenant
from tests.support.sinks import Mailbox, Memory


class StepsCounted(Event, frozen=True):
    type: ClassVar[str] = "device.daily_data.updated"
    stream: ClassVar[Stream] = "device_data"
    example: ClassVar[dict[str, Any]] = {"number": 1}

    number: int


class NudgeCreated(Event, frozen=True):
    type: ClassVar[str] = "coach.nudge.created"
    stream: ClassVar[Stream] = "coach_nudges"
    example: ClassVar[dict[str, Any]] = {"number": 1}

    number: int


@dataclass
class Post:
    """Everything between a tenant's events and its mailboxes."""

    database: Database
    clock: SettableClock
    keyring: Keyring
    memory: Memory
    queues: QueueContext

    def relay(self, limits: RelayLimits | None = None, chance: float = 0.5) -> Relay:
        return Relay(
            self.database.system,
            self.clock,
            self.keyring,
            self.queues.destinations,
            kinds=self.queues.kinds,
            limits=limits,
            chance=lambda: chance,
        )

    async def deliver(self, relay: Relay | None = None) -> int:
        """Serves until nothing is due; answers the number of attempts."""
        relay, total = relay or self.relay(), 0
        while attempts := await relay.run_once():
            total += attempts
        return total

    async def register(self, tenant: Tenant, queue_name: str = "device_data", name: str = "") -> Mailbox:
        name = name or f"{tenant.org_id}/{queue_name}"
        async with tenant.uow() as uow:
            await queues.register(uow, self.queues, queue_name, {"type": "memory", "memory": {"name": name}})
            await uow.commit()
        mailbox = self.memory.mailbox(name)
        mailbox.envelopes.clear()
        mailbox.attempts.clear()
        return mailbox

    async def use_secret(self, tenant: Tenant, text: str) -> None:
        """Makes a given secret the only one that signs."""
        async with tenant.uow() as uow:
            await signing.rotate(uow, self.keyring, 0, parse_secret(text))
            await uow.commit()

    async def create_secret(self, tenant: Tenant) -> str:
        async with tenant.uow() as uow:
            secret = await signing.create_first(uow, self.keyring)
            await uow.commit()
        return secret


def make_post(database: Database, clock: SettableClock, keyring: Keyring, timeout_seconds: float = 10.0) -> Post:
    memory = Memory()
    context = DestinationContext(
        environment="sandbox",
        publishing_principal_arn="arn:aws:iam::000000000000:role/publisher",
        clock=clock,
        timeout_seconds=timeout_seconds,
    )
    return Post(database, clock, keyring, memory, QueueContext(keyring, context, {"memory": memory}))


async def record_steps(tenant: Tenant, *numbers: int, user_id: Any = None) -> None:
    """One transaction per event, in order."""
    for number in numbers:
        async with tenant.uow() as uow:
            await outbox.record(uow, StepsCounted(number), user_id)
            await uow.commit()
