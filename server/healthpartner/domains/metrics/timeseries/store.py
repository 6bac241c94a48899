"""The partners' own ids of samples, kept for good, so that a repeat is known as one."""

from collections.abc import Sequence

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


async def remember(uow: UnitOfWork, client_keys: Sequence[str], sample_ids: Sequence[str]) -> dict[str, str]:
    """Keeps ids that are new; answers the sample id of each key that was known. The member must be locked."""
    rows = await uow.fetch(
        _REMEMBER, uow.org_id, uow.member_id, _array(client_keys), _array(sample_ids), len(client_keys)
    )
    return {row["client_key"].hex: str(row["sample_id"]) for row in rows}


def _array(uuids: Sequence[str]) -> str:
    return f"{{{','.join(uuids)}}}"
