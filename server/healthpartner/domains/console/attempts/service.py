"""Takes an attempt off the buckets of an account and of an address."""

import hashlib
import math
from datetime import datetime
from typing import Any

from healthpartner.core.errors import RateLimited
from healthpartner.domains.console.attempts import store
from healthpartner.domains.console.attempts.schemas import PER_ACCOUNT, PER_ADDRESS, Allowance


async def take(pool: Any, now: datetime, *, account: str, address: str) -> None:
    """One attempt, or `RateLimited`. It counts at once, whatever becomes of the request."""
    await take_from(pool, now, PER_ADDRESS, address)
    await take_from(pool, now, PER_ACCOUNT, account)


async def take_from(pool: Any, now: datetime, allowance: Allowance, subject: str) -> None:
    bucket = hashlib.sha256(f"console {allowance.name}\n{subject}".encode()).digest()[:16]
    row = await store.take(pool, bucket, now, allowance.attempts, allowance.attempts / allowance.seconds)
    if not row["taken"]:
        wait = math.ceil((1 - row["tokens"]) * allowance.seconds / allowance.attempts)
        raise RateLimited("Too many attempts. Wait a little, then try again.", retry_after=max(1, wait))
