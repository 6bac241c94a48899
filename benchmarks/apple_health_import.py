"""Importing an Apple Health export through the job against expat alone: `python benchmarks/apple_health_import.py [records]`."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from benchmarks.support import import_once  # noqa: E402
from healthpartner.core.clock import SystemClock  # noqa: E402
from healthpartner.core.db.migrate import migrate  # noqa: E402
from healthpartner.core.db.pool import connect  # noqa: E402
from healthpartner.core.jobs.queue import Ticket  # noqa: E402
from healthpartner.domains.async_jobs import service as async_jobs  # noqa: E402
from healthpartner.domains.ingestion.service import IMPORT_JOB  # noqa: E402
from healthpartner.gateways.files.embedded import EmbeddedFileStore  # noqa: E402
from tests.support.apple_health import write_export  # noqa: E402
from tests.support.database import Tenant, create_tenant  # noqa: E402
from tests.support.postgres import temporary_postgres  # noqa: E402

RECORDS = 545_000
KEY = "uploaded/export"


async def upload(path: Path, folder: Path) -> None:
    async def blocks() -> AsyncIterator[bytes]:
        with path.open("rb") as file:
            while block := file.read(import_once.BLOCK):
                yield block

    files = EmbeddedFileStore(folder, import_once.KEYRING)
    await files.put(KEY, blocks(), content_type="application/xml", maximum_bytes=1 << 40)


async def import_it(path: Path, folder: Path, url: str) -> None:
    await upload(path, folder / "files")
    async with connect(url) as database:
        tenant = await create_tenant(database, SystemClock(), f"org{time.perf_counter_ns()}")
        user_id = await tenant.add_member()
        async with tenant.uow(user_id) as uow:
            accepted = await async_jobs.start(uow, IMPORT_JOB, {"upload_id": str(user_id), "key": KEY})
            await uow.commit()
        ticket = Ticket(tenant.org_id, accepted.job_id)
        await asyncio.to_thread(run_worker, path, folder, url, ticket)
        await tell(tenant, user_id, ticket)


def run_worker(path: Path, folder: Path, url: str, ticket: Ticket) -> None:
    """The first time it also compiles the modules."""
    told = (path, folder / "files", url, ticket.org_id, ticket.job_id)
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
    subprocess.run([sys.executable, import_once.__file__, *map(str, told)], check=True, env={**os.environ, **compiled})


async def tell(tenant: Tenant, user_id: UUID, ticket: Ticket) -> None:
    async with tenant.uow(user_id) as uow:
        done = await async_jobs.read(uow, ticket.job_id)
        size = await uow.fetchval("SELECT sum(octet_length(samples)) FROM sample_chunk WHERE user_id = $1", user_id)
    assert done.status == "completed", done
    assert isinstance(done.result, dict)
    added = done.result["samples_added"]
    print(f"  {done.result['records_read']} records, {added} samples, {size / added:.1f} bytes each")


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder, temporary_postgres() as server:
        asyncio.run(migrate(server.url))
        for size in (records // 10, records):
            path = Path(folder) / f"export_{size}.xml"
            written = write_export(path, records=size)
            print(f"{written / 1e6:.0f} MB", flush=True)
            asyncio.run(import_it(path, Path(folder), server.url))


if __name__ == "__main__":
    main()
