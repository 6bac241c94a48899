"""Requests that die. Run as a program it loads the API once, then answers every line that it reads with a process of its
own, forked from it: that one makes the request, and kills itself right before or right after the commit.

    python -m tests.faults.dying_requests <database url> <directory for files>

A line is a JSON object; for each one it prints the signal that ended the process, or 0.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from healthpartner.core.clock import SystemClock
from healthpartner.core.db.pool import connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.logs import configure_logging
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.web import app
from tests.faults.killable_api import MASTER_KEY, SETTINGS, commit_and_die
from tests.support.api import make_platform


class DyingRequest(Struct, frozen=True):
    """`request_id` says when it dies, as the killable API reads it."""

    path: str
    token: str
    request_id: str
    body: dict[str, Any]


async def request(url: str, files: Path, wanted: DyingRequest) -> None:
    clock: Any = SystemClock()
    async with connect(url, pool_size=1, system_pool_size=1) as database:
        platform = await make_platform(database, clock, Keyring([MASTER_KEY]), files, settings=SETTINGS)
        application: Any = app.create_app(platform)
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            await client.post(
                wanted.path,
                json=wanted.body,
                headers={
                    "authorization": f"Bearer {wanted.token}",
                    "idempotency-key": wanted.request_id,
                    "x-request-id": wanted.request_id,
                },
            )


def main() -> None:
    configure_logging("error", stream=sys.stderr)
    # Building the routes takes longer than everything else that a process does before it serves.
    routes = app.create_litestar(SETTINGS.http)
    app.create_litestar = lambda http: routes  # noqa: ARG005
    UnitOfWork.commit = commit_and_die  # type: ignore[method-assign,assignment]
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(request(sys.argv[1], Path(sys.argv[2]), msgspec.json.decode(line, type=DyingRequest)))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.WTERMSIG(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
