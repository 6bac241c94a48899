"""Publishing to a storage queue beyond what every destination does: signatures, base64, limits to the byte."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from azure.storage.queue.aio import QueueClient

from healthpartner.destinations.azure_storage_queue.message import message_bytes, text_of
from healthpartner.destinations.azure_storage_queue.publisher import AzureStorageQueue
from healthpartner.destinations.azure_storage_queue.settings import AzureStorageQueueSettings
from healthpartner.destinations.contract import Destination, PublishFailed
from healthpartner.events.envelope import Envelope
from tests.support.parts.azurite import ACCOUNT
from tests.support.parts.azurite_harness import azure_context, owner, read_all, signature_for
from tests.support.parts.events import make_envelope, make_facts, sealed
from tests.support.parts.session import Parts
from tests.support.parts.webhook_receiver import webhook_receiver


@pytest.fixture
async def queue(parts: Parts) -> AsyncIterator[QueueClient]:
    async with owner(parts.azurite_port, f"partner-{uuid4().hex}") as client:
        yield client


def opened(port: int, name: str, sas_token: str | None = None) -> Destination:
    token = signature_for(name) if sas_token is None else sas_token
    settings = AzureStorageQueueSettings(account_name=ACCOUNT, queue_name=name, sas_token=token)
    return AzureStorageQueue().open(settings, azure_context(port))


async def failure_of(destination: Destination) -> PublishFailed:
    async with destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
    return caught.value


def sized(message_size: int) -> Envelope:
    """An envelope whose message is as large as this, or the next size down that base64 has."""
    facts = make_facts({"samples": ""})
    room = message_size // 4 * 3 - len(sealed(facts).to_json().encode())
    data = msgspec.Raw(msgspec.json.encode({"samples": "x" * room}))
    return sealed(msgspec.structs.replace(facts, data=data))


async def test_the_message_is_the_envelope_as_base64_and_never_expires(parts: Parts, queue: QueueClient) -> None:
    envelope = make_envelope()

    async with opened(parts.azurite_port, queue.queue_name) as destination:
        receipt = await destination.publish(envelope)
    (message,) = await read_all(queue)

    assert base64.b64decode(message.content).decode() == envelope.to_json()
    assert receipt.provider_message_id == message.id
    assert message.expires_on is not None
    assert message.expires_on.year == 9999


@pytest.mark.parametrize(("size", "thin"), [(65_536, False), (65_540, True)])
async def test_the_last_byte_that_fits_is_sent_whole(
    parts: Parts,
    queue: QueueClient,
    size: int,
    thin: bool,  # noqa: FBT001 - a table's column
) -> None:
    envelope = sized(size)

    async with opened(parts.azurite_port, queue.queue_name) as destination:
        receipt = await destination.publish(envelope)

    assert message_bytes(envelope) == len(text_of(envelope)) == size
    assert receipt.thin is thin
    assert len(await read_all(queue)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": base64.b64encode(b"another key").decode()}, "AuthenticationFailed"),
        ({"valid": timedelta(hours=-1)}, "AuthenticationFailed"),
        ({"permissions": "rp"}, "AuthorizationPermissionMismatch"),
    ],
)
async def test_a_signature_that_may_not_add_is_unauthorized_in_azures_words(
    parts: Parts, queue: QueueClient, changes: dict[str, Any], words: str
) -> None:
    token = signature_for(queue.queue_name, **changes)

    failure = await failure_of(opened(parts.azurite_port, queue.queue_name, token))

    assert failure.kind == "unauthorized"
    assert words in failure.provider_message
    assert token.partition("sig=")[2] not in failure.provider_message


async def test_our_signature_can_add_and_nothing_else(parts: Parts, queue: QueueClient) -> None:
    async with opened(parts.azurite_port, queue.queue_name, "?" + signature_for(queue.queue_name)) as destination:
        await destination.publish(make_envelope())

    assert len(await read_all(queue)) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with webhook_receiver(plain_http=True) as receiver:
        receiver.status = status
        receiver.reply_headers = {"location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
        failure = await failure_of(opened(receiver.port, "partner"))

    assert failure.kind == "refused"
    assert len(receiver.calls) == 1


@pytest.mark.parametrize("status", [408, 500, 503])
async def test_what_azure_calls_temporary_is_not_sent_again_by_the_library(status: int) -> None:
    async with webhook_receiver(plain_http=True) as receiver:
        receiver.status = status
        await failure_of(opened(receiver.port, "partner"))

    assert len(receiver.calls) == 1


async def test_settings_that_could_lead_elsewhere_are_not_even_tried() -> None:
    settings = AzureStorageQueueSettings(account_name="evil.example/", queue_name="q", sas_token="")

    failure = await failure_of(AzureStorageQueue().open(settings, azure_context(1)))

    assert failure.kind == "invalid"
