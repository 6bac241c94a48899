"""SQS with identities that are checked: a lent role that may send and nothing else, and queues under a KMS key."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiobotocore.session import get_session
from aiohttp import web

from healthpartner.destinations.aws_sqs.publisher import AwsSqs
from healthpartner.destinations.aws_sqs.settings import AwsSqsSettings
from healthpartner.destinations.contract import Destination, PublishFailed
from tests.support.parts import moto_server
from tests.support.parts.events import make_envelope
from tests.support.parts.session import Parts
from tests.support.parts.sqs_harness import REGION, aws_context, read_all, sqs_client


@asynccontextmanager
async def iam_client(port: int) -> AsyncIterator[Any]:
    async with get_session().create_client(
        "iam",
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="testing",
        aws_secret_access_key="owner",
    ) as client:
        yield client


def allowing(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


async def lend_role(port: int, action: str, queue_arn: str) -> str:
    """The ARN of a role that may do this with the queue."""
    name = f"lent-{uuid4().hex}"
    async with iam_client(port) as iam:
        trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        role = await iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
        await iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=allowing(action, queue_arn))
    return str(role["Role"]["Arn"])


async def our_key(port: int) -> dict[str, str]:
    """A key of ours, which may assume roles and nothing else."""
    name = f"publisher-{uuid4().hex}"
    async with iam_client(port) as iam:
        await iam.create_user(UserName=name)
        await iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=allowing("sts:AssumeRole", "*"))
        made = (await iam.create_access_key(UserName=name))["AccessKey"]
    return {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}


def opened(port: int, queue_arn: str, role_arn: str | None, key: dict[str, str]) -> Destination:
    settings = AwsSqsSettings(queue_arn=queue_arn, region=REGION, role_arn=role_arn)
    return AwsSqs().open(settings, aws_context(port, **key))


@pytest.mark.parametrize("name", ["partner-{}", "partner-{}.fifo"])
async def test_a_lent_role_that_may_send_publishes_where_our_own_key_may_not(parts: Parts, name: str) -> None:
    port, name = parts.moto_port, name.format(uuid4().hex)
    queue_arn = f"arn:aws:sqs:{REGION}:{moto_server.ACCOUNT}:{name}"
    role, key = await lend_role(port, "sqs:SendMessage", queue_arn), await our_key(port)
    attributes = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    async with sqs_client(port) as client:
        url = (await client.create_queue(QueueName=name, Attributes=attributes))["QueueUrl"]
        with moto_server.credentials_checked(port):
            async with opened(port, queue_arn, role, key) as lent, opened(port, queue_arn, None, key) as own:
                await lent.publish(make_envelope())
                with pytest.raises(PublishFailed) as caught:
                    await own.publish(make_envelope())
        messages = await read_all(client, url)

    assert len(messages) == 1
    assert caught.value.kind == "unauthorized"


async def test_a_lent_role_that_may_not_send_is_unauthorized(parts: Parts) -> None:
    port, name = parts.moto_port, f"partner-{uuid4().hex}"
    queue_arn = f"arn:aws:sqs:{REGION}:{moto_server.ACCOUNT}:{name}"
    role, key = await lend_role(port, "sqs:ReceiveMessage", queue_arn), await our_key(port)
    async with sqs_client(port) as client:
        await client.create_queue(QueueName=name)
    with moto_server.credentials_checked(port):
        async with opened(port, queue_arn, role, key) as destination:
            with pytest.raises(PublishFailed) as caught:
                await destination.publish(make_envelope())

    assert caught.value.kind == "unauthorized"
    assert key["aws_secret_access_key"] not in caught.value.provider_message


@pytest.mark.parametrize(
    "attributes",
    [{"SqsManagedSseEnabled": "true"}, {"KmsMasterKeyId": "alias/partner", "SqsManagedSseEnabled": "false"}],
)
async def test_an_encrypted_queue_takes_events_like_any_other(parts: Parts, attributes: dict[str, str]) -> None:
    name = f"partner-{uuid4().hex}"
    async with sqs_client(parts.moto_port) as client:
        url = (await client.create_queue(QueueName=name, Attributes=attributes))["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{moto_server.ACCOUNT}:{name}"
        async with opened(parts.moto_port, arn, None, {}) as destination:
            await destination.publish(make_envelope())
        assert len(await read_all(client, url)) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("KmsAccessDenied", "unauthorized"),
        ("KmsThrottled", "throttled"),
        ("KmsDisabled", "invalid"),
        ("KmsInvalidState", "invalid"),
        ("KmsInvalidKeyUsage", "invalid"),
        ("KmsNotFound", "invalid"),
        ("KmsOptInRequired", "invalid"),
    ],
)
async def test_trouble_with_the_partners_key_is_told_in_awss_words(code: str, kind: str) -> None:
    words = "The ciphertext refers to a customer master key that is not usable."

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        body = {"__type": f"com.amazonaws.sqs#{code}", "message": words}
        return web.json_response(body, status=400, content_type="application/x-amz-json-1.0")

    queue_arn = f"arn:aws:sqs:{REGION}:{moto_server.ACCOUNT}:q"
    async with serving(answer) as port, opened(port, queue_arn, None, {}) as destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())

    assert caught.value.kind == kind
    assert caught.value.provider_message == f"{code}: {words}"


@asynccontextmanager
async def serving(answer: Any) -> AsyncIterator[int]:
    """An SQS that answers every message so: no part plays KMS."""
    application = web.Application()
    application.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
