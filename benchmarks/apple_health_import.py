"""Importing an Apple Health export through the job against expat alone: `python benchmarks/apple_health_import.py [records]`."""

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from xml.parsers import expat

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

from healthpartner.core.clock import SystemClock
from healthpartner.core.config import Settings
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import Database, connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.jobs.queue import Ticket
from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.async_jobs.running import handlers
from healthpartner.domains.async_jobs.schemas import JobResources
from healthpartner.domains.ingestion.jobs import JOBS
from healthpartner.domains.ingestion.service import IMPORT_JOB
from healthpartner.gateways.files.embedded import EmbeddedFileStore
from tests.support.apple_health import write_export
from tests.support.database import Tenant, create_tenant
from tests.support.postgres import temporary_postgres

RECORDS = 545_000
BLOCK = 1024**2


def read_with_expat(path: Path) -> float:
    """Seconds for expat to go through the file, with no handler to call."""
    parser = expat.ParserCreate()
    started = time.perf_counter()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    return time.perf_counter() - started


async def blocks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def cpu_seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


async def import_once(database: Database, path: Path, folder: Path) -> tuple[float, float, str]:
    """Seconds of the job, from its ticket to its end, with the file in the store; our processor time; its answer."""
    keyring, clock = Keyring([bytes(range(32))]), SystemClock()
    files = EmbeddedFileStore(folder, keyring)
    tenant: Tenant = await create_tenant(database, clock, f"org{time.perf_counter_ns()}")
    user_id = await tenant.add_member()
    key = f"{tenant.org_id}/{user_id}/{user_id}"
    await files.put(key, blocks(path), content_type="application/xml", maximum_bytes=1 << 40)
    async with tenant.uow(user_id) as uow:
        accepted = await async_jobs.start(uow, IMPORT_JOB, {"upload_id": str(user_id), "key": key})
        await uow.commit()
    run = handlers(JobResources(database, clock, keyring, files, Settings()), JOBS)[IMPORT_JOB]
    started, used = time.perf_counter(), cpu_seconds(resource.RUSAGE_SELF)
    await run(Ticket(tenant.org_id, accepted.job_id))
    elapsed, used = time.perf_counter() - started, cpu_seconds(resource.RUSAGE_SELF) - used
    async with tenant.uow(user_id) as uow:
        done = await async_jobs.read(uow, accepted.job_id)
        size = await uow.fetchval("SELECT sum(octet_length(samples)) FROM sample_chunk WHERE user_id = $1", user_id)
    assert done.status == "completed", done
    assert isinstance(done.result, dict)
    added = done.result["samples_added"]
    return elapsed, used, f"{done.result['records_read']} records, {added} samples, {size / added:.1f} bytes each"


class Peaks(threading.Thread):
    """The peak memory of our child processes, looked up while they live: what the system keeps of ended ones
    includes our own memory at their fork.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.children = 0.0

    def run(self) -> None:
        while True:
            for process in Path("/proc").glob("[0-9]*"):
                with suppress(OSError, IndexError):
                    status = (process / "status").read_text()
                    if int(status.split("PPid:")[1].split()[0]) == os.getpid():
                        self.children = max(self.children, int(status.split("VmHWM:")[1].split()[0]) / 1024)
            time.sleep(0.2)


async def measure(path: Path, url: str) -> None:
    """Both in turn, so that a busy machine slows both alike; processor time hardly depends on that."""
    peaks = Peaks()
    peaks.start()
    with tempfile.TemporaryDirectory() as folder:
        async with connect(url) as database:
            alone = read_with_expat(path)
            elapsed, worker, answer = await import_once(database, path, Path(folder) / "files")
            before = cpu_seconds(resource.RUSAGE_SELF)
            alone = min(alone, read_with_expat(path))
            parsed = cpu_seconds(resource.RUSAGE_SELF) - before
    reader = cpu_seconds(resource.RUSAGE_CHILDREN)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {answer}")
    print(f"  expat alone {alone:.2f} s, import {elapsed:.2f} s, ratio {elapsed / alone:.2f} (goal <= 2.5)")
    print(f"  processor time: expat {parsed:.2f} s, reader {reader:.2f} s, worker {worker:.2f} s, side by side;")
    print(f"  on two free cores the longer of both counts: {max(reader, worker) / parsed:.2f} of expat")
    print(f"  peak memory: worker {memory:.0f} MB, its reader {peaks.children:.0f} MB (goal <= 200 together)")


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder, temporary_postgres() as server:
        asyncio.run(migrate(server.url))
        for size in (records // 10, records):
            path = Path(folder) / f"export_{size}.xml"
            written = write_export(path, records=size)
            print(f"{written / 1e6:.0f} MB")
            # A process of its own, for the peak of the writer is not the importer's; the small file compiles the modules.
            subprocess.run(
                [sys.executable, __file__, "--measure", str(path), server.url],
                check=True,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{folder}/compiled"},
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        asyncio.run(measure(Path(sys.argv[2]), sys.argv[3]))
    else:
        main()
