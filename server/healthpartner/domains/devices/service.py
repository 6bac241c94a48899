"""Linking a phone's own health store, and listing what is linked."""

from collections.abc import Sequence
from uuid import UUID

from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.devices import store
from healthpartner.domains.devices.events import DeviceConnectionUpdated
from healthpartner.domains.devices.schemas import BackfillStatus, LinkedDevice, NativePlatform, NativeRegistered
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox

NAMES: dict[NativePlatform, str] = {"apple_health_kit": "Apple Health", "health_connect": "Health Connect"}


async def register_native(uow: UnitOfWork, platform: NativePlatform) -> NativeRegistered:
    """Links the platform; once linked, asking again changes nothing and answers the same."""
    known = await store.find(uow, platform)
    if known is None or known["status"] != "connected":
        known = await store.connect(uow, platform, NAMES[platform])
        await outbox.record(uow, DeviceConnectionUpdated(platform, "connected"), uow.member_id)
        await audit.record(uow, "device.connected", "device", platform, user_id=uow.member_id)
    # The app on the phone pushes the history itself, so the first data is what shows that it has begun.
    backfill: BackfillStatus = "pending" if known["last_sync_at"] is None else "completed"
    return NativeRegistered(platform, known["health_data_user_id"], backfill)


async def list_devices(uow: UnitOfWork, page: PageRequest) -> tuple[list[LinkedDevice], Pagination]:
    rows, total = await store.list_page(uow, page)
    shown, pagination = page_of(rows, page, total, lambda row: (row["connected_at"], row["health_data_user_id"]))
    devices = [
        LinkedDevice(row["provider_slug"], row["device_name"], row["connected_at"], row["last_sync_at"], row["status"])
        for row in shown
    ]
    return devices, pagination


async def connections_of(uow: UnitOfWork, user_ids: Sequence[UUID]) -> dict[UUID, list[LinkedDevice]]:
    """What several members are linked to, for the console."""
    found: dict[UUID, list[LinkedDevice]] = {}
    for row in await store.select_of_members(uow, user_ids):
        device = LinkedDevice(
            row["provider_slug"], row["device_name"], row["connected_at"], row["last_sync_at"], row["status"]
        )
        found.setdefault(row["user_id"], []).append(device)
    return found
