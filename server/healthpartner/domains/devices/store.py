"""Connections to providers in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork


async def find(uow: UnitOfWork, provider_slug: str) -> Any:
    return await uow.fetchrow(
        "SELECT status, health_data_user_id, last_sync_at FROM device_connection "
        "WHERE org_id = $1 AND user_id = $2 AND provider_slug = $3 FOR UPDATE",
        uow.org_id,
        uow.member_id,
        provider_slug,
    )


async def connect(uow: UnitOfWork, provider_slug: str, device_name: str) -> Any:
    """A new connection, or the old one connected again under its old id."""
    return await uow.fetchrow(
        "INSERT INTO device_connection "
        "(org_id, user_id, provider_slug, status, device_name, health_data_user_id, connected_at) "
        "VALUES ($1, $2, $3, 'connected', $4, $5, $6) "
        "ON CONFLICT (org_id, user_id, provider_slug) DO UPDATE SET status = 'connected', "
        "connected_at = CASE WHEN device_connection.status = 'connected' THEN device_connection.connected_at "
        "ELSE excluded.connected_at END "
        "RETURNING status, health_data_user_id, last_sync_at",
        uow.org_id,
        uow.member_id,
        provider_slug,
        device_name,
        uow.new_id(),
        uow.now(),
    )


async def list_page(uow: UnitOfWork, page: PageRequest) -> tuple[list[Any], int]:
    rows = await uow.fetch(
        "SELECT provider_slug, device_name, connected_at, last_sync_at, status, health_data_user_id "
        "FROM device_connection WHERE org_id = $1 AND user_id = $2 AND status <> 'disconnected' "
        "AND ($5::timestamptz IS NULL OR (connected_at, health_data_user_id) < ($5, $6)) "
        "ORDER BY connected_at DESC, health_data_user_id DESC LIMIT $3 OFFSET $4",
        uow.org_id,
        uow.member_id,
        page.limit + 1,
        page.offset,
        *(page.after or (None, None)),
    )
    total = await uow.fetchval(
        "SELECT count(*) FROM device_connection WHERE org_id = $1 AND user_id = $2 AND status <> 'disconnected'",
        uow.org_id,
        uow.member_id,
    )
    return rows, total


async def select_of_members(uow: UnitOfWork, user_ids: Sequence[UUID]) -> list[Any]:
    return await uow.fetch(
        "SELECT user_id, provider_slug, device_name, connected_at, last_sync_at, status FROM device_connection "
        "WHERE org_id = $1 AND user_id = ANY ($2::uuid[]) AND status <> 'disconnected' ORDER BY connected_at",
        uow.org_id,
        user_ids,
    )
