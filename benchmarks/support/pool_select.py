"""What `pgbench -S` does, over one asyncpg pool: `pool_select.py URL TASKS SECONDS` prints selects a second.

Arguments of the select: one `org_id user_id` per line on standard input.
"""

import asyncio
import sys
import time
from itertools import cycle
from typing import Any
from uuid import UUID

import asyncpg
import uvloop

SELECT = "SELECT user_id, profile, conversation_recording_opt_in FROM member WHERE org_id = $1 AND user_id = $2"


async def measure(url: str, tasks: int, seconds: float, members: list[tuple[UUID, ...]]) -> float:
    done = 0
    ends = time.perf_counter() + seconds
    endless = cycle(members)

    async def select_again_and_again(pool: Any) -> None:
        nonlocal done
        while time.perf_counter() < ends:
            assert await pool.fetchrow(SELECT, *next(endless))
            done += 1

    async with asyncpg.create_pool(url, min_size=tasks, max_size=tasks) as pool:
        ends = time.perf_counter() + seconds
        started = time.perf_counter()
        await asyncio.gather(*(select_again_and_again(pool) for _ in range(tasks)))
        return done / (time.perf_counter() - started)


if __name__ == "__main__":
    rows = [tuple(UUID(part) for part in line.split()) for line in sys.stdin]
    print(uvloop.run(measure(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), rows)))
