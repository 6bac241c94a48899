"""Publishing to SQS beyond what every destination does: FIFO order, attributes, queue limits, lent roles, denial."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from healthpartner.destinations.aws_sqs.publisher import AwsSqs, message_bytes
from healthpartner.destinations.aws_sqs.settings import AwsSqsSettings
from healthpartner.destinations.contract import Destination, PublishFailed
from tests.support.parts import ministack, moto_server
from tests.support.parts.aws_recorder import aws_recorder
from tests.support.parts.events import ORG_ID, make_envelope, make_facts, sealed
from tests.support.parts.session import Parts
from tests.support.parts.sqs_harness import PRINCIPAL, REGION, aws_context, read_all, sqs_client

ROLE = "arn:aws:iam::111122223333:role/lent"


def queue_settings(name: str, *, account: str = ministack.ACCOUNT, role_arn: str | None = None) -> AwsSqsSettings:
    return AwsSqsSettings(queue_arn=f"arn:aws:sqs:{REGION}:{account}:{name}", region=REGION, role_arn=role_arn)


def opened(port: int, name: str, **settings: Any) -> Destination:
    return AwsSqs().open(queue_settings(name, **settings), aws_context(port))


async def test_a_fifo_queue_groups_by_member_and_drops_a_second_copy(parts: Parts) -> None:
    member, name = uuid4(), f"partner-{uuid4().hex}.fifo"
    facts, about_nobody = make_facts(user_id=member), make_envelope()
    async with sqs_client(parts.ministack_port) as client:
        url = (await client.create_queue(QueueName=name, Attributes={"FifoQueue": "true"}))["QueueUrl"]
        async with opened(parts.ministack_port, name) as destination:
            await destination.publish(sealed(facts))
            await destination.publish(sealed(facts))
            await destination.publish(about_nobody)
        messages = await read_all(client, url)

    groups = [message["Attributes"]["MessageGroupId"] for message in messages]
    copies = [message["Attributes"]["MessageDeduplicationId"] for message in messages]
    assert groups == [str(member), str(ORG_ID)]
    assert copies == [str(facts.event_id), str(about_nobody.event_id)]


async def test_attributes_repeat_the_envelope_and_the_receipt_names_the_message(parts: Parts) -> None:
    name, envelope = f"partner-{uuid4().hex}", make_envelope()
    async with sqs_client(parts.ministack_port) as client:
        url = (await client.create_queue(QueueName=name))["QueueUrl"]
        async with opened(parts.ministack_port, name) as destination:
            receipt = await destination.publish(envelope)
        (message,) = await read_all(client, url)

    body = msgspec.json.decode(message["Body"])
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert attributes == {name: body[name] for name in ("event_id", "event_type", "signed_at", "signature")}
    assert receipt.provider_message_id == message["MessageId"]


async def test_a_queue_with_a_lower_limit_gets_the_event_thin(parts: Parts) -> None:
    name, envelope = f"partner-{uuid4().hex}", make_envelope({"samples": "x" * 4096})
    async with sqs_client(parts.ministack_port) as client:
        attributes = {"MaximumMessageSize": "2048"}
        url = (await client.create_queue(QueueName=name, Attributes=attributes))["QueueUrl"]
        async with opened(parts.ministack_port, name) as destination:
            receipt = await destination.publish(envelope)
        messages = await read_all(client, url)

    assert receipt.thin
    assert len(messages) == 1


def test_attributes_count_towards_the_limit() -> None:
    envelope = make_envelope({"note": "ß"})

    names = "event_idevent_typesigned_atsignature" + 4 * "String"
    values = f"{envelope.event_id}{envelope.event_type}{envelope.signed_at}{envelope.signature}"
    assert message_bytes(envelope) == len((envelope.to_json() + names + values).encode())


# The SDK hands its HTTP client one piece of bytes, and the client advises against more than a mebibyte of it.
@pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")
@pytest.mark.parametrize(("over", "thin"), [(0, False), (1, True)])
async def test_the_last_byte_that_fits_is_sent_whole(over: int, thin: bool) -> None:  # noqa: FBT001 - a table's column
    facts = make_facts({"samples": ""})
    room = AwsSqs.manifest.maximum_bytes - message_bytes(sealed(facts)) + over
    data = msgspec.Raw(msgspec.json.encode({"samples": "x" * room}))

    async with aws_recorder() as aws, opened(aws.port, "q") as destination:
        receipt = await destination.publish(sealed(msgspec.structs.replace(facts, data=data)))

    assert receipt.thin is thin


async def test_a_key_without_permission_is_unauthorized(parts: Parts) -> None:
    name = f"partner-{uuid4().hex}"
    async with sqs_client(parts.moto_port) as client:
        await client.create_queue(QueueName=name)
    with moto_server.credentials_checked(parts.moto_port):
        async with opened(parts.moto_port, name, account=moto_server.ACCOUNT) as destination:
            with pytest.raises(PublishFailed) as caught:
                await destination.publish(make_envelope())

    assert caught.value.kind == "unauthorized"
    assert "aws-secret-of-the-tests" not in caught.value.provider_message


async def test_a_lent_role_is_assumed_once_with_the_organisations_id() -> None:
    async with aws_recorder() as aws, opened(aws.port, "q", role_arn=ROLE) as destination:
        await asyncio.gather(*(destination.publish(make_envelope()) for _ in range(5)))
        await destination.publish(make_envelope())

    (asked,) = aws.assumed
    assert (asked["RoleArn"], asked["ExternalId"]) == (ROLE, str(ORG_ID))
    assert aws.senders == ["ROLE1"] * 6


async def test_an_expiring_role_is_assumed_again() -> None:
    async with aws_recorder() as aws, opened(aws.port, "q", role_arn=ROLE) as destination:
        aws.lifetime = timedelta(minutes=1)
        await destination.publish(make_envelope())
        await destination.publish(make_envelope())

    assert aws.senders == ["ROLE1", "ROLE2"]


async def test_one_organisations_credentials_never_publish_for_another() -> None:
    kind, other_org = AwsSqs(), uuid4()
    foreign = sealed(msgspec.structs.replace(make_facts(), org_id=other_org))
    async with aws_recorder() as aws:
        context, settings = aws_context(aws.port), queue_settings("q", role_arn=ROLE)
        async with kind.open(settings, context) as ours, kind.open(settings, context) as theirs:
            await ours.publish(make_envelope())
            await theirs.publish(foreign)

    assert [asked["ExternalId"] for asked in aws.assumed] == [str(ORG_ID), str(other_org)]
    assert aws.senders == ["ROLE1", "ROLE2"]


async def test_without_a_role_our_own_key_publishes() -> None:
    async with aws_recorder() as aws, opened(aws.port, "q") as destination:
        await destination.publish(make_envelope())

    assert aws.assumed == []
    assert aws.senders == ["testing"]


async def test_queues_reached_alike_share_a_client_until_the_last_one_closes() -> None:
    kind = AwsSqs()
    async with aws_recorder() as aws:
        context = aws_context(aws.port)
        first, second = (kind.open(queue_settings(name, role_arn=ROLE), context) for name in ("a", "b"))
        await first.publish(make_envelope())
        await second.publish(make_envelope())
        await first.close()
        await second.publish(make_envelope())
        await second.close()
        await second.publish(make_envelope())
        await second.close()

    assert aws.senders == ["ROLE1", "ROLE1", "ROLE1", "ROLE2"]
    assert kind._pool._shared == {}


async def test_a_role_that_is_not_lent_is_unauthorized(parts: Parts) -> None:
    async with sqs_client(parts.moto_port) as client:
        await client.create_queue(QueueName="role-denied")
    destination = opened(parts.moto_port, "role-denied", account=moto_server.ACCOUNT, role_arn=ROLE)
    with moto_server.credentials_checked(parts.moto_port):
        async with destination:
            with pytest.raises(PublishFailed) as caught:
                await destination.publish(make_envelope())

    assert caught.value.kind == "unauthorized"


def test_the_partner_is_shown_whom_to_let_in() -> None:
    shown = AwsSqs().public_view(queue_settings("q"), aws_context(1))

    assert shown["publishing_principal_arn"] == PRINCIPAL
