"""Amazon SQS (extra `sqs`)."""

import asyncio
from typing import Any

from healthpartner_sdk.consumers.receiving import Receiver

BATCH = 10
WAIT_SECONDS = 20


async def consume(
    client: Any, queue_url: str, receiver: Receiver, stop: asyncio.Event, wait: int = WAIT_SECONDS
) -> None:
    """Until `stop` is set. `client`: an aiobotocore SQS client; `wait`: seconds that an empty queue is waited for."""
    while not stop.is_set():
        answer = await client.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=wait)
        for message in answer.get("Messages", []):
            if await receiver.take(message["Body"]):
                await client.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
