"""SQS through ministack, read with Amazon's own client library."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import uuid4

from aiobotocore.session import get_session

from healthpartner.destinations.contract import DestinationContext
from tests.support.parts.fault_proxy import FaultProxy, fault_proxy
from tests.support.parts.harness import Harness, Stored, queued
from tests.support.parts.ministack import ACCOUNT
from tests.support.parts.session import Parts

REGION = "eu-central-1"
PRINCIPAL = "arn:aws:iam::111122223333:role/healthpartner-publisher"


def aws_context(port: int, **changes: Any) -> DestinationContext:
    given: dict[str, Any] = {
        "environment": "sandbox",
        "publishing_principal_arn": PRINCIPAL,
        "aws_endpoint_url": f"http://127.0.0.1:{port}",
        "aws_access_key_id": "testing",
        "aws_secret_access_key": "aws-secret-of-the-tests",
    }
    return DestinationContext(**{**given, **changes})


@asynccontextmanager
async def sqs_client(port: int) -> AsyncIterator[Any]:
    async with get_session().create_client(
        "sqs",
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="testing",
        aws_secret_access_key="owner",
    ) as client:
        yield client


async def read_all(client: Any, queue_url: str) -> list[dict[str, Any]]:
    """Every message in the queue, taken out of it."""
    messages: list[dict[str, Any]] = []
    while True:
        answer = await client.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        found = answer.get("Messages", [])
        if not found:
            return messages
        messages += found
        for message in found:
            await client.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


class SqsHarness(Harness):
    kind: ClassVar[str] = "aws_sqs"

    def __init__(self, proxy: FaultProxy, client: Any, queue_name: str, queue_url: str) -> None:
        super().__init__(proxy)
        self._client, self._queue_name, self._queue_url = client, queue_name, queue_url

    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:  # noqa: ARG002 - the endpoint is the context's
        name = "nobody-made-this" if missing else self._queue_name
        return {"queue_arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "region": REGION}

    def context(self, port: int, timeout_seconds: float) -> DestinationContext:
        return aws_context(port, timeout_seconds=timeout_seconds)

    async def stored(self) -> list[Stored]:
        return [_verified(message) for message in await read_all(self._client, self._queue_url)]


@asynccontextmanager
async def sqs_harness(parts: Parts) -> AsyncIterator[Harness]:
    port = parts.ministack_port
    async with fault_proxy(port) as proxy, sqs_client(port) as client:
        name = f"partner-{uuid4().hex}"
        created = await client.create_queue(QueueName=name)
        yield SqsHarness(proxy, client, name, created["QueueUrl"])


def _verified(message: dict[str, Any]) -> Stored:
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    return queued(message["Body"], attributes["event_id"], attributes["signature"])
