"""Linked devices as partners see them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

NativePlatform = Literal["apple_health_kit", "health_connect"]
BackfillStatus = Literal["pending", "in_progress", "completed", "failed"]


class RegisterNative(Struct, frozen=True):
    platform: NativePlatform


class NativeRegistered(Struct, frozen=True):
    """`health_data_user_id` stays the same when the member registers again."""

    provider_slug: str
    health_data_user_id: UUID
    backfill_status: BackfillStatus


class LinkedDevice(Struct, frozen=True):
    provider_slug: str
    device_name: str | None
    connected_at: datetime
    last_sync_at: datetime | None
    status: Literal["connected", "error"]
