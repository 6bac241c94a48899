"""What partners are told about a member's devices."""

from typing import Any, ClassVar, Literal

from healthpartner.events.event import Event, Stream


class DeviceConnectionUpdated(Event, frozen=True):
    """A member's connection to a provider was made, failed or ended."""

    type: ClassVar[str] = "device.connection.updated"
    stream: ClassVar[Stream] = "device_data"
    example: ClassVar[dict[str, Any]] = {"provider_slug": "apple_health_kit", "status": "connected"}

    provider_slug: str
    status: Literal["connected", "error", "disconnected"]
