"""An import whose worker is killed in the middle of it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.core.jobs.queue import Ticket
from healthpartner.core.jobs.worker import JobWorker
from healthpartner.domains.async_jobs.running import handlers
from healthpartner.domains.ingestion.jobs import JOBS
from healthpartner.domains.ingestion.service import IMPORT_JOB
from tests.domains.ingestion import dying_worker
from tests.domains.ingestion.test_import import events_of, job, small_export, start, stored_samples
from tests.support.api import Api, make_platform, open_api
from tests.support.apple_health import TAIL, record
from tests.support.jobs import resources_of

SERVER = Path(__file__).resolve().parents[3]


@pytest.fixture
async def own_api(
    quiet_database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path
) -> AsyncIterator[Api]:
    opened = open_api(await make_platform(quiet_database, clock, keyring, tmp_path))
    async with opened.client:
        yield opened


async def kill_in_the_middle(api: Api, files: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        dying_worker.__file__,
        api.platform.database.url,
        str(files),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SERVER)},
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while b"in the middle" not in await process.stdout.readline():
            assert process.returncode is None
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def work_until_done(api: Api) -> None:
    """A worker in this process, until it has run one import."""
    run, stop = handlers(resources_of(api), JOBS)[IMPORT_JOB], asyncio.Event()

    async def run_and_stop(ticket: Ticket) -> None:
        await run(ticket)
        stop.set()

    async with asyncio.timeout(30):
        await JobWorker(api.platform.database.url, {IMPORT_JOB: run_and_stop}, limits=dying_worker.LIMITS).run(stop)


def export_of_two_metrics() -> bytes:
    steps = record(
        "HKQuantityTypeIdentifierStepCount",
        "Watch",
        "2026-03-02 10:00:00 -0800",
        "2026-03-02 10:05:00 -0800",
        400,
        "count",
    )
    return small_export(60, 61).replace(TAIL.encode(), steps.encode() + TAIL.encode())


async def test_an_import_whose_worker_is_killed_completes_with_another(own_api: Api, tmp_path: Path) -> None:
    acme = await own_api.partner("Acme")
    alice = await acme.add_member()
    job_id = await start(alice, export_of_two_metrics(), "application/xml")
    await kill_in_the_middle(own_api, tmp_path)
    killed = await job(alice, job_id)
    assert (killed["status"], killed["progress"]["samples_added"]) == ("running", 2)

    await work_until_done(own_api)

    done = await job(alice, job_id)
    assert done["status"] == "completed"
    assert (done["result"]["samples_added"], done["result"]["samples_unchanged"]) == (3, 0)
    assert await stored_samples(acme, alice) == 3
    events = await events_of(acme, alice)
    assert {kind: len(found) for kind, found in events.items()} == {
        "device.backfill.completed": 1,
        "device.daily_data.updated": 1,
    }
