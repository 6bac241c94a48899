"""The buckets, beside those of the API's rate limits."""

from datetime import datetime
from typing import Any

# One statement: refill by the time that has passed, then take one whole token, or none.
_FILLED = "least($2, b.tokens + $3 * greatest(0, extract(epoch FROM $4::timestamptz - b.updated_at)))"
_TAKE = f"""
INSERT INTO rate_bucket AS b (bucket, tokens, taken, updated_at) VALUES ($1, $2::float8 - 1, 1, $4)
ON CONFLICT (bucket) DO UPDATE SET
    tokens = {_FILLED} - least(1, floor({_FILLED})),
    taken = least(1, floor({_FILLED})),
    updated_at = greatest(b.updated_at, $4)
RETURNING tokens, taken >= 1 AS taken
"""


async def take(pool: Any, bucket: bytes, now: datetime, capacity: float, refill_per_second: float) -> Any:
    return await pool.fetchrow(_TAKE, bucket, float(capacity), refill_per_second, now)
