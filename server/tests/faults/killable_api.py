"""API processes to be killed. Run as a program it loads the code once, prints the port that it listens on, and keeps one API
process on that port: a process that dies is replaced within milliseconds.

    python -m tests.faults.killable_api <database url> <directory for files>

A process kills itself around the commit of a request whose `x-request-id` says when, as a power cut at that moment would.
"""

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from healthpartner.core.clock import SystemClock
from healthpartner.core.config import Settings
from healthpartner.core.config.http import HttpSettings
from healthpartner.core.db.pool import connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.logs import configure_logging
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.entrypoints.api import ApiServer
from healthpartner.web import app
from tests.support.api import make_platform

BEFORE, AFTER = "killed-before-commit", "killed-after-commit"
MASTER_KEY = bytes(range(32))
SETTINGS = Settings(http=HttpSettings(rate_limit_requests=1_000_000))
commit = UnitOfWork.commit


async def commit_and_die(uow: UnitOfWork) -> None:
    if (uow.request_id or "").startswith(BEFORE):
        os.kill(os.getpid(), signal.SIGKILL)
    await commit(uow)
    if (uow.request_id or "").startswith(AFTER):
        os.kill(os.getpid(), signal.SIGKILL)


async def serve(url: str, files: Path, listener: socket.socket) -> None:
    clock: Any = SystemClock()
    async with connect(url, pool_size=2, system_pool_size=2) as database:
        platform = await make_platform(database, clock, Keyring([MASTER_KEY]), files, settings=SETTINGS)
        await ApiServer(platform).serve([listener])


def end(child: int, *_: object) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os._exit(0)


def main() -> None:
    configure_logging("error", stream=sys.stderr)
    # Building the routes takes longer than everything else that a process does before it serves.
    routes = app.create_litestar(SETTINGS.http)
    app.create_litestar = lambda http: routes  # noqa: ARG005
    UnitOfWork.commit = commit_and_die  # type: ignore[method-assign,assignment]
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    while True:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), listener))
            os._exit(1)
        signal.signal(signal.SIGTERM, partial(end, pid))
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
