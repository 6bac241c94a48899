"""Azure Event Hubs (extra `azure`)."""

from typing import Any

from healthpartner_sdk.consumers.receiving import Receiver

FROM_THE_BEGINNING = "-1"


async def consume(client: Any, receiver: Receiver, starting_position: str = FROM_THE_BEGINNING) -> None:
    """Until the client is closed. `client`: an `azure.eventhub.aio.EventHubConsumerClient`, with a checkpoint store where
    a restart shall go on where it ended. A handler that raises stops this partition's progress, not the event.
    """

    async def on_event(partition: Any, message: Any) -> None:
        # A hub forgets by age alone: what nobody signed is passed over.
        await receiver.take(message.body_as_str())
        await partition.update_checkpoint(message)

    await client.receive(on_event=on_event, starting_position=starting_position)
