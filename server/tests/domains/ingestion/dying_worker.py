"""A worker process that stops in the middle of an import, with its first samples committed, for a test to kill."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from healthpartner.core.clock import SystemClock
from healthpartner.core.config import Settings
from healthpartner.core.db.pool import connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.jobs.worker import JobWorker, WorkerLimits
from healthpartner.domains.async_jobs.running import handlers
from healthpartner.domains.async_jobs.schemas import JobResources
from healthpartner.domains.ingestion import reader_process
from healthpartner.domains.ingestion.jobs import JOBS
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.service import StoreResult
from healthpartner.gateways.files.embedded import EmbeddedFileStore

LIMITS = WorkerLimits(heartbeat_seconds=1.0, poll_seconds=0.2)


async def work(url: str, files: Path, keyring: Keyring) -> None:
    store, calls = samples.store_many, 0

    async def stopping(*arguments: Any) -> list[StoreResult]:
        nonlocal calls
        calls += 1
        if calls > 1:
            sys.stdout.write("in the middle\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
        return await store(*arguments)

    # One transaction for each metric.
    reader_process.GROUP_SAMPLES = 1
    samples.store_many = stopping  # type: ignore[assignment]
    async with connect(url) as database:
        resources = JobResources(database, SystemClock(), keyring, EmbeddedFileStore(files, keyring), Settings())
        await JobWorker(url, handlers(resources, JOBS), limits=LIMITS).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], Path(sys.argv[2]), Keyring([bytes(range(32))])))
