"""Destinations that take so many bytes in a message: an event that does not fit is sent thin."""

from abc import abstractmethod

from healthpartner.destinations.contract import Destination, PublishFailed, Receipt
from healthpartner.events.envelope import Envelope


class LimitedDestination(Destination):
    def __init__(self, timeout_seconds: float, maximum_bytes: int) -> None:
        super().__init__(timeout_seconds)
        self._maximum_bytes = maximum_bytes

    @abstractmethod
    def message_bytes(self, envelope: Envelope) -> int:
        """What the provider counts towards its limit."""

    @abstractmethod
    async def send(self, envelope: Envelope) -> str | None:
        """Sends the envelope as it is, once; answers the provider's id of the message, when it tells one."""

    async def attempt(self, envelope: Envelope) -> Receipt:
        thin = self.message_bytes(envelope) > self._maximum_bytes
        try:
            return Receipt(await self.send(envelope.thin() if thin else envelope), thin)
        except PublishFailed as refusal:
            if thin or refusal.kind != "too_large":
                raise
        # The provider's own limit is lower than ours. It said so, so nothing was stored.
        return Receipt(await self.send(envelope.thin()), thin=True)
