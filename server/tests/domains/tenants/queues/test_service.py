"""Destinations of streams: tried out first, encrypted, shown with their health."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import InvalidRequest, NotFound, ValidationFailed
from healthpartner.destinations.contract import PublishFailed
from healthpartner.domains.tenants.queues import service
from healthpartner.domains.tenants.queues.errors import QueueAlreadyConfigured, QueueNotConfigured
from tests.conftest import MakeOrg
from tests.support.database import Tenant
from tests.support.delivery import Post, make_post, record_steps

BODY: dict[str, Any] = {"type": "memory", "memory": {"name": "acme", "password": "hunter2"}}


@pytest.fixture
def post(database: Database, clock: SettableClock, keyring: Keyring) -> Post:
    return make_post(database, clock, keyring)


@pytest.fixture
async def acme(post: Post, make_org: MakeOrg) -> Tenant:
    tenant = await make_org("Acme")
    await post.create_secret(tenant)
    return tenant


async def register(post: Post, tenant: Tenant, body: dict[str, Any] = BODY, queue: str = "device_data") -> Any:
    async with tenant.uow() as uow:
        shown = await service.register(uow, post.queues, queue, body)
        await uow.commit()
    return shown


async def test_a_destination_is_registered_after_it_took_a_signed_test_event(post: Post, acme: Tenant) -> None:
    queue = await register(post, acme)

    (envelope,) = post.memory.mailbox("acme").envelopes
    assert envelope.event_type == "queue.test"
    assert envelope.signature.startswith("v1,")
    body = queue.body()
    assert (body["queue_name"], body["type"], body["memory"]) == ("device_data", "memory", {"name": "acme"})
    assert body["created_at"] == body["updated_at"] == post.clock.now()


async def test_a_refused_test_event_is_answered_in_the_providers_words_and_nothing_is_stored(
    post: Post, acme: Tenant
) -> None:
    post.memory.mailbox("acme").refusing = PublishFailed("not_found", "AWS.SimpleQueueService.NonExistentQueue")

    with pytest.raises(InvalidRequest, match="NonExistentQueue"):
        await register(post, acme)
    async with acme.uow() as uow:
        with pytest.raises(QueueNotConfigured):
            await service.get(uow, "device_data")


async def test_settings_are_stored_encrypted(post: Post, acme: Tenant) -> None:
    await register(post, acme)
    async with acme.uow() as uow:
        (row,) = await uow.read("SELECT settings_ciphertext, public_settings FROM destination")

    assert b"hunter2" not in row["settings_ciphertext"]
    assert "hunter2" not in str(row["public_settings"])


async def test_a_second_registration_conflicts(post: Post, acme: Tenant) -> None:
    await register(post, acme)

    with pytest.raises(QueueAlreadyConfigured):
        await register(post, acme)


async def test_of_two_registrations_side_by_side_one_is_stored_and_the_other_conflicts(
    post: Post, acme: Tenant
) -> None:
    mailbox = post.memory.mailbox("acme")
    mailbox.held = asyncio.Event()
    both = [asyncio.create_task(register(post, acme)) for _ in range(2)]
    await mailbox.until_attempted(2)
    mailbox.held.set()

    outcomes = await asyncio.gather(*both, return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Queue", "QueueAlreadyConfigured"]


@pytest.mark.parametrize("operation", ["register", "replace", "send_test"])
async def test_no_transaction_is_open_while_a_destination_is_tried_out(
    post: Post, acme: Tenant, operation: str
) -> None:
    if operation != "register":
        await register(post, acme)
    mailbox = post.memory.mailbox("acme")
    attempts = len(mailbox.attempts)
    mailbox.held = asyncio.Event()
    async with acme.uow() as uow:
        body = [] if operation == "send_test" else [BODY]
        trying = asyncio.create_task(getattr(service, operation)(uow, post.queues, "device_data", *body))
        await mailbox.until_attempted(attempts + 1)
        assert not uow.is_open
        mailbox.held.set()
        await trying
        assert uow.is_open


@pytest.mark.parametrize("queue", ["", "webhooks", "Device_Data"])
async def test_an_unknown_stream_is_not_found(post: Post, acme: Tenant, queue: str) -> None:
    async with acme.uow() as uow:
        with pytest.raises(NotFound) as refusal:
            await service.get(uow, queue)
        assert refusal.value.code == "not_found"
        with pytest.raises(NotFound):
            await service.register(uow, post.queues, queue, BODY)
        with pytest.raises(NotFound):
            await service.delete(uow, queue)


@pytest.mark.parametrize("operation", ["get", "replace", "delete", "send_test"])
async def test_a_stream_without_destination_says_so(post: Post, acme: Tenant, operation: str) -> None:
    arguments: dict[str, list[Any]] = {"replace": [post.queues, "account", BODY], "send_test": [post.queues, "account"]}
    async with acme.uow() as uow:
        with pytest.raises(QueueNotConfigured):
            await getattr(service, operation)(uow, *arguments.get(operation, ["account"]))


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, [("type", "required")]),
        ({"type": "carrier_pigeon"}, [("type", "unknown_value")]),
        ({"type": ["memory"]}, [("type", "unknown_value")]),
        ({"type": "memory"}, [("memory", "required")]),
        (
            {"type": "memory", "memory": {"password": 1}},
            [("memory.name", "required"), ("memory.password", "invalid_value")],
        ),
        ({"type": "memory", "memory": {"name": ""}}, [("memory.name", "too_short")]),
    ],
)
async def test_every_fault_of_a_request_is_named(
    post: Post, acme: Tenant, body: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        await register(post, acme, body)

    assert [(detail.field, detail.code) for detail in refusal.value.details] == fields


async def test_all_streams_are_listed_with_how_they_fare(post: Post, acme: Tenant) -> None:
    await register(post, acme)
    await record_steps(acme, 1, 2)
    post.clock.advance(timedelta(seconds=90))
    async with acme.uow() as uow:
        queues = {queue.queue_name: queue for queue in await service.list_all(uow)}

    assert list(queues) == ["lab_results", "device_data", "coach_nudges", "program_updates", "account"]
    assert queues["account"].type is None
    assert queues["account"].delivery.pending == 0
    assert queues["device_data"].delivery.pending == 2
    assert queues["device_data"].delivery.oldest_pending_seconds == 90


async def test_events_that_wait_for_a_destination_are_counted(acme: Tenant) -> None:
    await record_steps(acme, 1)
    async with acme.uow() as uow:
        (queue,) = [queue for queue in await service.list_all(uow) if queue.queue_name == "device_data"]

    assert (queue.type, queue.delivery.pending) == (None, 1)


async def test_a_test_event_can_be_sent_at_any_time(post: Post, acme: Tenant) -> None:
    await register(post, acme)
    async with acme.uow() as uow:
        published = await service.send_test(uow, post.queues, "device_data")

    assert published.provider_message_id == "message-2"
    assert str(post.memory.mailbox("acme").envelopes[-1].event_id) == published.event_id


async def test_what_is_done_to_a_destination_is_audited(post: Post, acme: Tenant) -> None:
    await register(post, acme)
    async with acme.uow() as uow:
        await service.replace(uow, post.queues, "device_data", BODY)
        await service.delete(uow, "device_data")
        await uow.commit()
        entries = await uow.read("SELECT action FROM audit_entry ORDER BY action")

    assert [row["action"] for row in entries] == ["queue.deleted", "queue.registered", "queue.replaced"]


async def test_another_tenant_sees_nothing_of_it(post: Post, acme: Tenant, make_org: MakeOrg) -> None:
    await register(post, acme)
    globex = await make_org("Globex")
    async with globex.uow() as uow:
        assert all(queue.type is None for queue in await service.list_all(uow))
        with pytest.raises(QueueNotConfigured):
            await service.delete(uow, "device_data")
