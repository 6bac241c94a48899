"""Azure Storage Queue (extra `azure`)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from healthpartner_sdk.consumers.receiving import Receiver

BATCH = 32
HIDDEN_SECONDS = 60
IDLE_SECONDS = 2.0


async def consume(
    queue: Any,
    receiver: Receiver,
    stop: asyncio.Event,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Until `stop` is set. `queue`: an `azure.storage.queue.aio.QueueClient` that decodes as the messages are encoded."""
    while not stop.is_set():
        found = False
        async for message in queue.receive_messages(max_messages=BATCH, visibility_timeout=HIDDEN_SECONDS):
            found = True
            if await receiver.take(message.content):
                await queue.delete_message(message)
            if stop.is_set():
                return
        if not found:
            await pause(IDLE_SECONDS)
