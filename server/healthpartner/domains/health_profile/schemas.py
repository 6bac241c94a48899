"""The health profile as partners receive it."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from healthpartner.domains.users.schemas import Location, Profile


class Privacy(Struct, frozen=True):
    conversation_recording_opt_in: bool


class ConnectedDevice(Struct, frozen=True):
    provider_slug: str
    status: Literal["connected", "error", "disconnected"]


class HealthProfile(Struct, frozen=True):
    user_id: UUID
    profile: Profile
    location: Location | None
    privacy: Privacy
    connected_devices: list[ConnectedDevice]
