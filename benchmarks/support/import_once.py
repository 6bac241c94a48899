"""One import as a worker runs it, measured: a process of its own, for the peaks of who prepared it are not the worker's."""

import asyncio
import os
import resource
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID
from xml.parsers import expat

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))

import healthpartner.entrypoints.worker  # noqa: F401 - what a worker has in memory before it has any work
from healthpartner.core.clock import SystemClock
from healthpartner.core.config import Settings
from healthpartner.core.db.pool import connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.jobs.queue import Ticket
from healthpartner.domains.async_jobs.running import handlers
from healthpartner.domains.async_jobs.schemas import JobResources
from healthpartner.domains.ingestion.jobs import JOBS
from healthpartner.domains.ingestion.service import IMPORT_JOB
from healthpartner.gateways.files.embedded import EmbeddedFileStore

KEYRING = Keyring([bytes(range(32))])
BLOCK = 1024**2
OWN, ENDED = slice(11, 13), slice(13, 15)


def read_with_expat(path: Path) -> float:
    """Seconds for expat to go through the file, with no handler to call."""
    parser = expat.ParserCreate()
    started = time.perf_counter()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    return time.perf_counter() - started


def cpu_seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def database_seconds(backend: int) -> float:
    """Processor time of the database's processes so far, also of those that have ended."""
    server = _fields(Path(f"/proc/{backend}/stat"))[1]
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = _fields(stat)
            is_server = stat.parent.name == server
            ticks += sum(map(int, fields[OWN])) if is_server or fields[1] == server else 0
            ticks += sum(map(int, fields[ENDED])) if is_server else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(stat: Path) -> list[str]:
    return stat.read_text().rsplit(")", 1)[1].split()


def peak_of(process: str) -> float:
    """In MB, of its own: what the system keeps as the usage of a process includes the memory of whoever started it."""
    return int(Path(f"/proc/{process}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def forget_peak() -> None:
    """Starting the process has needed more than it keeps."""
    Path("/proc/self/clear_refs").write_text("5")


class Peaks(threading.Thread):
    """The peak memory of our child processes, looked up while they live."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.reader = 0.0

    def run(self) -> None:
        me = os.getpid()
        while True:
            for child in Path(f"/proc/{me}/task/{me}/children").read_text().split():
                with suppress(OSError, IndexError):
                    self.reader = max(self.reader, peak_of(child))
            time.sleep(0.05)


async def measure(path: Path, folder: Path, url: str, ticket: Ticket) -> None:
    """The job from its ticket to its end; expat before and after, so that a busy machine slows both alike."""
    peaks = Peaks()
    peaks.start()
    async with connect(url) as database:
        resources = JobResources(database, SystemClock(), KEYRING, EmbeddedFileStore(folder, KEYRING), Settings())
        run = handlers(resources, JOBS)[IMPORT_JOB]
        backend = await database.system.fetchval("SELECT pg_backend_pid()")
        parsed = -cpu_seconds(resource.RUSAGE_SELF)
        alone = read_with_expat(path)
        parsed += cpu_seconds(resource.RUSAGE_SELF)
        forget_peak()
        stored, worker, started = database_seconds(backend), cpu_seconds(resource.RUSAGE_SELF), time.perf_counter()
        await run(ticket)
        elapsed = time.perf_counter() - started
        stored, worker = database_seconds(backend) - stored, cpu_seconds(resource.RUSAGE_SELF) - worker
        alone = min(alone, read_with_expat(path))
    reader, peak = cpu_seconds(resource.RUSAGE_CHILDREN), peak_of("self")
    print(f"  expat alone {alone:.2f} s, import {elapsed:.2f} s, ratio {elapsed / alone:.2f} (goal <= 2.5)")
    print(f"  processor time: expat {parsed:.2f} s, reader {reader:.2f}, worker {worker:.2f}, PostgreSQL {stored:.2f}")
    print(f"  peak memory: worker {peak:.0f} MB, its reader {peaks.reader:.0f} MB (goal <= 200 together)")


if __name__ == "__main__":
    PATH, FOLDER, URL, ORG_ID, JOB_ID = sys.argv[1:]
    asyncio.run(measure(Path(PATH), Path(FOLDER), URL, Ticket(UUID(ORG_ID), UUID(JOB_ID))))
