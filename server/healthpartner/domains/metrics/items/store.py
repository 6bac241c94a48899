"""The partners' own ids of entries, kept for good, so that a repeat is known as one."""

from collections.abc import Sequence
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork

# The insert's rows are not visible to the statement's own SELECT, which therefore finds those that were there
# before; it looks for them only when there are any. Arrays come as text: the driver takes longer over a thousand
# UUIDs than the database.
_REMEMBER = """
WITH added AS (
    INSERT INTO sample_client_id (org_id, user_id, client_key, sample_id)
    SELECT $1, $2, new.* FROM unnest($3::text::uuid[], $4::text::uuid[]) AS new
    ON CONFLICT DO NOTHING RETURNING true
)
SELECT client_key, sample_id FROM sample_client_id
WHERE org_id = $1 AND user_id = $2 AND client_key = ANY ($3::text::uuid[])
    AND (SELECT count(*) FROM added) < $5
"""

_KNOWN = """
SELECT sample_id FROM sample_client_id WHERE org_id = $1 AND user_id = $2 AND client_key = $3::text::uuid
"""
# Looks through the member's ids: no index by entry, which every sample would pay for.
_FORGET = "DELETE FROM sample_client_id WHERE org_id = $1 AND user_id = $2 AND sample_id = $3"


async def remember(uow: UnitOfWork, client_keys: Sequence[str], sample_ids: Sequence[str]) -> dict[str, str]:
    """Keeps ids that are new; answers the sample id of each key that was known. The member must be locked."""
    rows = await uow.fetch(
        _REMEMBER, uow.org_id, uow.member_id, _array(client_keys), _array(sample_ids), len(client_keys)
    )
    return {row["client_key"].hex: str(row["sample_id"]) for row in rows}


def _array(uuids: Sequence[str]) -> str:
    return f"{{{','.join(uuids)}}}"


async def known(uow: UnitOfWork, client_key: str) -> UUID | None:
    """The id of the entry that a partner's own id stands for."""
    row = await uow.read_row(_KNOWN, uow.org_id, uow.member_id, client_key)
    return None if row is None else row["sample_id"]


async def forget(uow: UnitOfWork, sample_id: UUID) -> None:
    """Frees every partner's own id of an entry that is gone."""
    await uow.execute(_FORGET, uow.org_id, uow.member_id, sample_id)
