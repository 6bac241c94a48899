"""Streams and destinations in the console, with a real receiver."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from healthpartner.core.encryption import Keyring
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope
from healthpartner.domains.tenants.signing import service as signing
from tests.support.api import Partner
from tests.support.console import Person, text_of
from tests.support.parts.webhook_receiver import WebhookReceiver, webhook_receiver

QUEUE = "/console/queues/device_data"


@pytest.fixture(autouse=True)
async def secret(acme: Partner, keyring: Keyring) -> None:
    """What Acme's events are signed with."""
    async with acme.tenant.uow() as uow:
        await signing.create_first(uow, keyring)
        await uow.commit()


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    async with webhook_receiver(plain_http=True) as receiver:
        yield receiver


def webhook(receiver: WebhookReceiver, path: str = "/events") -> dict[str, str]:
    return {"type": "webhook", "webhook.url": f"http://127.0.0.1:{receiver.port}{path}"}


async def test_a_destination_is_registered_tested_replaced_and_removed(
    admin: Person, acme: Partner, receiver: WebhookReceiver
) -> None:
    assert "No destination yet" in (await admin.get(QUEUE)).text

    made = await admin.post(f"{QUEUE}/destination", webhook(receiver))
    tested = await admin.post(f"{QUEUE}/test")
    replaced = await admin.post(f"{QUEUE}/destination", webhook(receiver, "/other"))

    assert made.headers["location"] == f"{QUEUE}?notice=queue_registered"
    assert tested.headers["location"] == f"{QUEUE}?notice=queue_tested"
    assert replaced.headers["location"] == f"{QUEUE}?notice=queue_replaced"
    assert len(receiver.calls) == 3
    assert "/other" in (await admin.get(QUEUE)).text
    assert (await acme.get("/v1/admin/org/queues/device_data")).status_code == 200

    assert "are kept" in (await admin.get(f"{QUEUE}/remove")).text
    assert (await admin.post(f"{QUEUE}/remove")).status_code == 303
    assert (await acme.get("/v1/admin/org/queues/device_data")).status_code == 404


async def test_the_destinations_own_refusal_is_shown_and_nothing_is_stored(
    admin: Person, acme: Partner, receiver: WebhookReceiver
) -> None:
    receiver.status = 418

    answer = await admin.post(f"{QUEUE}/destination", webhook(receiver))

    assert answer.status_code == 400
    assert "The test event was not accepted" in text_of(answer)
    assert "418" in text_of(answer)
    assert f"http://127.0.0.1:{receiver.port}/events" in answer.text
    assert (await acme.get("/v1/admin/org/queues/device_data")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"type": "webhook"}, "webhook.url"),
        ({"type": "webhook", "webhook.url": "ftp://example.org"}, "webhook.url"),
        ({"type": "pigeon"}, "type"),
        ({"type": "rabbitmq", "rabbitmq.port": "many"}, "rabbitmq.port"),
        ({"type": "kafka", "kafka.bootstrap_servers": "a:1\nb:2", "kafka.topic": "x"}, "kafka.bootstrap_servers"),
        ({"type": "google_pubsub", "google_pubsub.service_account_key": "{"}, "google_pubsub.service_account_key"),
    ],
)
async def test_what_is_wrong_with_settings_is_named(admin: Person, fields: dict[str, str], said: str) -> None:
    answer = await admin.post(f"{QUEUE}/destination", fields)
    assert answer.status_code == 422
    assert f"<code>{said}" in answer.text


async def test_secrets_that_were_typed_are_not_sent_back(admin: Person) -> None:
    fields = {"type": "rabbitmq", "rabbitmq.host": "127.0.0.1", "rabbitmq.password": "zq-secret-zq"}
    answer = await admin.post(f"{QUEUE}/destination", fields)
    assert answer.status_code == 422
    assert "zq-secret-zq" not in answer.text


async def test_every_kind_has_a_form(admin: Person) -> None:
    form = (await admin.get(f"{QUEUE}/destination")).text
    for name in (
        "aws_sqs.queue_arn",
        "azure_storage_queue.sas_token",
        "kafka.topic",
        "nats_jetstream.credentials.token",
    ):
        assert f'name="{name}"' in form


async def test_an_unknown_stream_is_not_there(admin: Person) -> None:
    for path in ("", "/destination", "/remove"):
        assert (await admin.get(f"/console/queues/nothing{path}")).status_code == 404
    assert (await admin.post("/console/queues/nothing/test")).status_code == 404


async def test_another_organizations_destination_is_not_there(
    admin: Person, stranger: Person, receiver: WebhookReceiver
) -> None:
    await admin.post(f"{QUEUE}/destination", webhook(receiver))
    assert "No destination yet" in (await stranger.get(QUEUE)).text
    assert (await stranger.post(f"{QUEUE}/test")).status_code == 404


async def test_a_developer_may_register_and_not_remove(
    join: Callable[[ConsoleScope], Awaitable[Person]], receiver: WebhookReceiver
) -> None:
    developer = await join("developer")
    assert (await developer.post(f"{QUEUE}/destination", webhook(receiver))).status_code == 303
    assert (await developer.post(f"{QUEUE}/remove")).status_code == 403
    assert "Remove the destination" not in (await developer.get(QUEUE)).text


async def test_a_queue_is_paused_and_resumed(admin: Person, acme: Partner, receiver: WebhookReceiver) -> None:
    await admin.post(f"{QUEUE}/destination", webhook(receiver))
    assert "Nothing of this stream is sent" in (await admin.get(f"{QUEUE}/pause")).text

    assert (await admin.post(f"{QUEUE}/pause")).headers["location"] == f"{QUEUE}?notice=queue_paused"
    paused = (await acme.get("/v1/admin/org/queues/device_data")).json()["data"]["delivery"]["state"]
    assert "paused" in text_of(await admin.get(QUEUE))
    assert (await admin.post(f"{QUEUE}/resume")).headers["location"] == f"{QUEUE}?notice=queue_resumed"
    resumed = (await acme.get("/v1/admin/org/queues/device_data")).json()["data"]["delivery"]["state"]

    assert (paused, resumed) == ("paused", "active")
