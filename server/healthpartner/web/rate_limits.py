"""Token buckets that hold across processes.

The buckets are in the database; a process leases a slice of a bucket (a hundredth, at least one request) and
serves from it, so most requests cost no round trip, and together all processes never hand out more than the limit.
What is left of a slice is dropped after `SLICE_LIVES`: a caller may then get a little less, never more.
"""

import hashlib
import math
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from healthpartner.core.access import MemberCaller
from healthpartner.core.errors import RateLimited
from healthpartner.web.edge import Edge

SLICE_LIVES = timedelta(seconds=2)
SLICES = 100
MOST_HELD = 50_000

# One statement: refill by the time that has passed, then take up to `wanted` ($3) whole tokens, or none.
FILLED = "least($2, b.tokens + $4::float8 * greatest(0, extract(epoch FROM $5::timestamptz - b.updated_at)))"
LEASE = f"""
INSERT INTO rate_bucket AS b (bucket, tokens, taken, updated_at) VALUES ($1, $2::float8 - least($3, $2), least($3::float8, $2), $5)
ON CONFLICT (bucket) DO UPDATE SET
    tokens = {FILLED} - least($3, floor({FILLED})),
    taken = least($3, floor({FILLED})),
    updated_at = greatest(b.updated_at, $5)
RETURNING tokens, taken
"""


class Slice(Struct):
    left: float
    remaining: float
    ends: datetime


class RateLimiter:
    def __init__(self, pool: Any, limit: int, window_seconds: int) -> None:
        self._pool = pool
        self._limit = limit
        self._window = window_seconds
        self._refill_seconds = window_seconds / limit
        self._policy = f'"default";q={limit};w={window_seconds}'
        self._slices: dict[bytes, Slice] = {}

    async def take(self, edge: Edge) -> None:
        """One request off the caller's bucket, or `RateLimited`; leaves the headers to send on the edge."""
        bucket = _bucket(edge)
        now = edge.platform.clock.now()
        held = self._slices.get(bucket)
        if held is None or held.left < 1 or held.ends <= now:
            held = await self._lease(bucket, now)
        if held.left < 1:
            wait = max(1, math.ceil((1 - held.remaining) * self._refill_seconds))
            edge.rate_limit_headers = self._headers(0, wait)
            raise RateLimited(retry_after=wait)
        held.left -= 1
        remaining = int(held.remaining + held.left)
        edge.rate_limit_headers = self._headers(remaining, math.ceil((self._limit - remaining) * self._refill_seconds))

    def _headers(self, remaining: int, reset: int) -> dict[str, str]:
        return {
            "ratelimit-policy": self._policy,
            "ratelimit": f'"default";r={remaining};t={reset}',
        }

    async def _lease(self, bucket: bytes, now: datetime) -> Slice:
        wanted = max(1, self._limit // SLICES)
        row = await self._pool.fetchrow(
            LEASE, bucket, float(self._limit), float(wanted), self._limit / self._window, now
        )
        if len(self._slices) >= MOST_HELD:
            self._slices.clear()
        held = Slice(row["taken"], row["tokens"], now + SLICE_LIVES)
        if (other := self._slices.get(bucket)) is not None:
            # Requests at the same time lease at the same time; what one does not use is there for the next.
            held.left += other.left if other.ends > now else 0
        self._slices[bucket] = held
        return held


def _bucket(edge: Edge) -> bytes:
    """Per tenant key and per member, whichever of a member's tokens is used."""
    caller = edge.caller
    if caller is None:
        return b""
    own = caller.user_id if isinstance(caller, MemberCaller) else caller.key_id
    return hashlib.sha256(caller.org_id.bytes + own.bytes).digest()[:16]
