"""Registering, testing and watching the destinations of an organisation's streams."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct

from healthpartner.core.encryption import DecryptionFailed, Keyring
from healthpartner.core.errors import InvalidRequest, NotFound
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.destinations.contract import Kind, PublishFailed
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.queues import rules, store
from healthpartner.domains.tenants.queues import settings as queue_settings
from healthpartner.domains.tenants.queues.errors import QueueAlreadyConfigured, QueueNotConfigured
from healthpartner.domains.tenants.queues.events import QueueTested
from healthpartner.domains.tenants.queues.schemas import DeliveryHealth, Fault, Lag, Queue, QueueContext, TestPublish
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events.envelope import EventFacts, seal
from healthpartner.events.event import STREAMS, Stream

LAG_SHOWN = timedelta(hours=24)

_log = structlog.get_logger(__name__)


async def list_all(uow: UnitOfWork) -> list[Queue]:
    """All streams, with or without a destination."""
    return [_shown(row, uow) for row in await store.select_streams(uow)]


async def get(uow: UnitOfWork, queue_name: str) -> Queue:
    return _shown(await _configured(uow, queue_name), uow)


async def register(uow: UnitOfWork, context: QueueContext, queue_name: str, body: Mapping[str, Any]) -> Queue:
    """Stores a destination that has just taken a test event. Waiting events follow, oldest first."""
    row = await _row(uow, queue_name)
    kind, settings = queue_settings.parse(body, context.kinds, context.destinations)
    if row["type"] is not None:
        raise QueueAlreadyConfigured
    await _try_out(uow, context, queue_name, kind, settings)
    destination_id = await store.insert(uow, queue_name, *_stored(uow, context, kind, settings))
    if destination_id is None:
        raise QueueAlreadyConfigured
    await audit.record(uow, "queue.registered", "queue", queue_name)
    return await get(uow, queue_name)


async def replace(uow: UnitOfWork, context: QueueContext, queue_name: str, body: Mapping[str, Any]) -> Queue:
    """As `register`, for a stream that has a destination; what still waits for the old one goes to the new one."""
    await _configured(uow, queue_name)
    kind, settings = queue_settings.parse(body, context.kinds, context.destinations)
    await _try_out(uow, context, queue_name, kind, settings)
    if await store.update(uow, queue_name, *_stored(uow, context, kind, settings)) is None:
        raise QueueNotConfigured
    await store.note_success(uow, queue_name)
    await audit.record(uow, "queue.replaced", "queue", queue_name)
    return await get(uow, queue_name)


async def delete(uow: UnitOfWork, queue_name: str) -> None:
    """Removes the destination. Undelivered events wait again, and go to the next one that is registered."""
    _require_stream(queue_name)
    if await store.delete(uow, queue_name) is None:
        raise QueueNotConfigured
    await audit.record(uow, "queue.deleted", "queue", queue_name)


async def send_test(uow: UnitOfWork, context: QueueContext, queue_name: str) -> TestPublish:
    """Sends a signed test event to the stream's destination; `InvalidRequest` with the provider's own words."""
    row = await _configured(uow, queue_name)
    kind = context.kinds[row["type"]]
    settings = queue_settings.unseal(row["settings_ciphertext"], kind, context.keyring, uow.org_id)
    published = await _try_out(uow, context, queue_name, kind, settings)
    await store.note_success(uow, queue_name)
    return published


async def pause(uow: UnitOfWork, queue_name: str) -> Queue:
    """From now on nothing more is begun; events wait, for up to 30 days."""
    await _configured(uow, queue_name)
    await store.pause(uow, queue_name)
    await audit.record(uow, "queue.paused", "queue", queue_name)
    return await get(uow, queue_name)


async def resume(uow: UnitOfWork, queue_name: str) -> Queue:
    """What waited flows, oldest first."""
    await _configured(uow, queue_name)
    await store.resume(uow, queue_name)
    await audit.record(uow, "queue.resumed", "queue", queue_name)
    return await get(uow, queue_name)


async def switch_fault(uow: UnitOfWork, queue_name: str, fault: Fault | None) -> None:
    """Lets every delivery to the destination fail in this way from now on, without reaching it; None ends that."""
    await _configured(uow, queue_name)
    await store.put_fault(uow, queue_name, fault)
    await audit.record(uow, "queue.fault_switched", "queue", queue_name)


async def bring_forward(uow: UnitOfWork, by: timedelta) -> None:
    """What waits for another attempt, and the end of what is tried at all, comes nearer: a tenant's clock was moved."""
    await store.bring_forward(uow, by)


async def lag(uow: UnitOfWork, queue_name: str) -> list[Lag]:
    """The last day by the hour, of its newest events at most so many as can be read at once."""
    since = uow.now() - LAG_SHOWN
    return [Lag(**row) for row in await store.select_lag(uow, _require_stream(queue_name), since)]


async def settings_of(
    connection: Any, keyring: Keyring, kinds: Mapping[str, Kind], destination_ids: Sequence[UUID]
) -> dict[UUID, tuple[str, Struct, Fault | None]]:
    """Type, settings and switched fault of destinations, for the delivery workers, which serve every organisation. Those
    that this process cannot read are left out.
    """
    found = {}
    for row in await store.select_settings_of(connection, destination_ids):
        kind = kinds.get(row["type"])
        try:
            if kind is not None:
                settings = queue_settings.unseal(row["settings_ciphertext"], kind, keyring, row["org_id"])
                found[row["destination_id"]] = (kind.type, settings, row["fault"])
        except (DecryptionFailed, msgspec.MsgspecError):
            _log.error("destination settings cannot be read", destination_id=str(row["destination_id"]))
    return found


async def _try_out(
    uow: UnitOfWork, context: QueueContext, queue_name: str, kind: Kind, settings: Struct
) -> TestPublish:
    event = QueueTested(queue_name=_require_stream(queue_name))
    facts = EventFacts(
        event_id=uow.new_id(),
        event_type=event.type,
        stream=queue_name,
        org_id=uow.org_id,
        user_id=None,
        occurred_at=uow.now(),
        data=msgspec.Raw(msgspec.json.encode(event.data())),
    )
    envelope = seal(facts, await signing.active_secrets(uow, context.keyring), uow.clock)
    destination = kind.open(settings, context.destinations)
    begun = time.perf_counter()
    try:
        receipt = await destination.publish(envelope)
    except PublishFailed as failure:
        raise InvalidRequest(f"The test event was not accepted: {failure.provider_message}") from None
    finally:
        await destination.close()
    return TestPublish(
        event_id=str(facts.event_id),
        provider_message_id=receipt.provider_message_id,
        latency_ms=round((time.perf_counter() - begun) * 1000),
    )


def _stored(uow: UnitOfWork, context: QueueContext, kind: Kind, settings: Struct) -> tuple[str, bytes, dict[str, Any]]:
    ciphertext = queue_settings.seal(settings, context.keyring, uow.org_id)
    return kind.type, ciphertext, kind.public_view(settings, context.destinations)


def _require_stream(queue_name: str) -> Stream:
    for stream in STREAMS:
        if stream == queue_name:
            return stream
    raise NotFound("There is no such event stream.")


async def _row(uow: UnitOfWork, queue_name: str) -> Any:
    (row,) = await store.select_streams(uow, [_require_stream(queue_name)])
    return row


async def _configured(uow: UnitOfWork, queue_name: str) -> Any:
    row = await _row(uow, queue_name)
    if row["type"] is None:
        raise QueueNotConfigured
    return row


def _shown(row: Any, uow: UnitOfWork) -> Queue:
    age = None if row["oldest"] is None else max(0, int((uow.now() - row["oldest"]).total_seconds()))
    return Queue(
        queue_name=row["stream"],
        type=row["type"],
        settings=row["public_settings"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        delivery=DeliveryHealth(
            pending=row["pending"],
            failed=row["failed"],
            oldest_pending_seconds=age,
            last_success_at=row["delivered_at"],
            state=rules.state_of(row["type"], row["paused_at"], row["probe_at"]),
            failures=row["failures"],
            failing_since=row["failing_since"],
            paused_at=row["paused_at"],
        ),
    )
