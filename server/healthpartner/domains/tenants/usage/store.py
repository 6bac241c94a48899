"""The API's usage in the database."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.usage.schemas import Counted, Tally

MOST_OPERATIONS = 15

# An organization that is gone since is left out.
_ADD = """
INSERT INTO api_usage AS known (org_id, day, key_id, operation, requests, refused, failed)
SELECT added.* FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
    AS added (org_id, day, key_id, operation, requests, refused, failed)
WHERE EXISTS (SELECT FROM org WHERE org.org_id = added.org_id)
ON CONFLICT (org_id, day, key_id, operation) DO UPDATE SET requests = known.requests + excluded.requests,
    refused = known.refused + excluded.refused, failed = known.failed + excluded.failed
"""

_SUMS = "sum(requests)::bigint AS requests, sum(refused)::bigint AS refused, sum(failed)::bigint AS failed"
_OF_ORG = "FROM api_usage WHERE org_id = $1 AND day >= $2"


async def add(pool: Any, rows: Sequence[tuple[Counted, Tally]]) -> None:
    values = [
        (key.org_id, key.day, key.key_id, key.operation, tally.requests, tally.refused, tally.failed)
        for key, tally in rows
    ]
    await pool.execute(_ADD, *(list(column) for column in zip(*values, strict=True)))


async def by_day(uow: UnitOfWork, first: date) -> list[Any]:
    return await uow.fetch(f"SELECT day, {_SUMS} {_OF_ORG} GROUP BY day", uow.org_id, first)


async def by_operation(uow: UnitOfWork, first: date) -> list[Any]:
    return await uow.fetch(
        f"SELECT operation, {_SUMS} {_OF_ORG} GROUP BY operation ORDER BY requests DESC, operation LIMIT $3",
        uow.org_id,
        first,
        MOST_OPERATIONS,
    )


async def by_key(uow: UnitOfWork, first: date) -> list[Any]:
    return await uow.fetch(
        f"SELECT key_id, {_SUMS} {_OF_ORG} GROUP BY key_id ORDER BY requests DESC, key_id LIMIT $3",
        uow.org_id,
        first,
        MOST_OPERATIONS,
    )


async def sweep(pool: Any, before: date) -> None:
    await pool.execute("DELETE FROM api_usage WHERE day < $1", before)
