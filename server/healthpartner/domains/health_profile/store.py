"""One statement for the whole read model."""

from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def read(uow: UnitOfWork) -> Any:
    return await uow.read_row(
        "SELECT m.user_id, m.profile, m.conversation_recording_opt_in, "
        "coalesce((SELECT jsonb_agg(jsonb_build_object('provider_slug', d.provider_slug, 'status', d.status) "
        "ORDER BY d.provider_slug) FROM device_connection d "
        "WHERE d.org_id = m.org_id AND d.user_id = m.user_id), '[]'::jsonb) AS devices "
        "FROM member m WHERE m.org_id = $1 AND m.user_id = $2",
        uow.org_id,
        uow.member_id,
    )
