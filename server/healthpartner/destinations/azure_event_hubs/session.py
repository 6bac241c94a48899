"""An event hub as this platform uses it: a few connections, one event per attempt."""

import asyncio

from azure.eventhub import EventData
from azure.eventhub.aio import EventHubProducerClient

from healthpartner.destinations.azure_event_hubs.faults import CLIENT_ERRORS, translate
from healthpartner.destinations.azure_event_hubs.lanes import Lane, client_of
from healthpartner.destinations.azure_event_hubs.message import message_bytes, partition_key, properties_of
from healthpartner.destinations.azure_event_hubs.settings import AzureEventHubsSettings
from healthpartner.destinations.contract import PublishFailed
from healthpartner.events.envelope import Envelope

MAXIMUM_LANES = 4


class HubSession:
    def __init__(self, client: EventHubProducerClient) -> None:
        self._client = client
        self._room = asyncio.Semaphore(MAXIMUM_LANES)
        self._idle: list[Lane] = []
        self._lanes: set[Lane] = set()

    @property
    def is_usable(self) -> bool:
        return True

    async def send(self, envelope: Envelope) -> str | None:
        """Event Hubs tells no id of the stored event."""
        async with self._room:
            try:
                lane = await self._free_lane()
                if message_bytes(envelope) > lane.maximum_bytes:
                    raise PublishFailed("too_large", f"max-message-size of the event hub is {lane.maximum_bytes}")
                await lane.send(_event(envelope), partition_key(envelope))
            except CLIENT_ERRORS as error:
                raise translate(error) from error
            # One that failed stays out; the session is given up with it.
            self._idle.append(lane)
        return None

    async def close(self) -> None:
        await asyncio.gather(*(lane.close() for lane in self._lanes))
        await self._client.close()

    async def _free_lane(self) -> Lane:
        while self._idle:
            lane = self._idle.pop()
            if lane.is_fresh:
                return lane
            self._lanes.discard(lane)
            await lane.close()
        lane = Lane(self._client)
        self._lanes.add(lane)
        await lane.open()
        return lane


def open_session(settings: AzureEventHubsSettings, endpoint_url: str | None) -> HubSession:
    return HubSession(client_of(settings, endpoint_url))


def _event(envelope: Envelope) -> EventData:
    event = EventData(envelope.to_json())
    event.message_id = str(envelope.event_id)
    event.content_type = "application/json"
    event.properties.update(properties_of(envelope))
    return event
