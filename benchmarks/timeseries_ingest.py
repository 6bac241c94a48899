"""Samples through the API, 1,000 a call, every call new, beside plain COPY of the same rows into a bare table.

The server is one process on one core; PostgreSQL and the load have the other cores.

    .venv/bin/python benchmarks/timeseries_ingest.py [--members 20] [--calls 15] [--connections 8] [--rounds 3]
        [--ids counted|random]

`counted` ids end with a number that goes on, `random` ones are UUIDs.
"""

import argparse
import asyncio
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from benchmarks.support.processes import free_port, on_cores, running  # noqa: E402
from healthpartner.core.config import Settings  # noqa: E402
from healthpartner.core.config.deployment import DeploymentSettings  # noqa: E402
from healthpartner.core.db.migrate import migrate  # noqa: E402
from healthpartner.core.unit_of_work import UnitOfWork  # noqa: E402
from healthpartner.domains.auth.tokens import SCOPES  # noqa: E402
from healthpartner.domains.users import service as users  # noqa: E402
from healthpartner.domains.users.schemas import CreateUser  # noqa: E402
from healthpartner.entrypoints.assembly import assembled  # noqa: E402
from healthpartner.entrypoints.provisioning import create_org  # noqa: E402
from tests.support.postgres import temporary_postgres  # noqa: E402

HOST = "127.0.0.1"
ITEMS = 1000
EVERY = timedelta(minutes=1)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
GOAL = 0.25

BARE = """
CREATE TABLE bare (org_id uuid, user_id uuid, metric text, source text, client_id text, start_at timestamptz,
    end_at timestamptz, value double precision)
"""


@dataclass(frozen=True)
class Member:
    org_id: UUID
    user_id: UUID
    token: str


@dataclass(frozen=True)
class Call:
    """One call as it goes over the wire, and its rows as COPY reads them."""

    request: bytes
    rows: bytes


async def make_members(url: str, data_dir: Path, count: int) -> list[Member]:
    members = []
    async with assembled(Settings(deployment=DeploymentSettings(data_dir=data_dir)), url) as platform:
        org_id = (await create_org(platform, f"Acme {time.monotonic_ns()}")).org_id
        for number in range(count):
            async with UnitOfWork(platform.database.tenants, platform.clock, org_id) as uow:
                user_id = await users.register(uow, CreateUser(external_id=f"member-{number}"))
                await uow.commit()
            issued = await platform.tokens.issue(org_id, user_id, SCOPES)
            members.append(Member(org_id, user_id, issued.token))
    return members


def call_of(member: Member, number: int, values: list[float], ids_are: str) -> Call:
    """Heart rate by the minute, going on where the member's call before ended."""
    starts = [FIRST + EVERY * (number * ITEMS + at) for at in range(ITEMS)]
    texts = [start.strftime("%Y-%m-%dT%H:%M:%SZ") for start in starts]
    counted = [f"{member.user_id.hex[:8]}-hr-{number * ITEMS + at}" for at in range(ITEMS)]
    ids = counted if ids_are == "counted" else [str(uuid4()) for _ in range(ITEMS)]
    columns = list(zip(ids, texts, values, strict=True))
    items = [{"client_id": key, "start": at, "value": value, "unit": "bpm"} for key, at, value in columns]
    body = json.dumps({"data": items}).encode()
    head = (
        f"POST /v1/users/{member.user_id}/metrics/heart_rate/timeseries HTTP/1.1\r\nhost: {HOST}\r\n"
        f"authorization: Bearer {member.token}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    owner = f"{member.org_id}\t{member.user_id}\theart_rate\tpartner:acme"
    rows = "".join(f"{owner}\t{key}\t{at}\t{at}\t{value}\n" for key, at, value in columns)
    return Call(head.encode() + body, rows.encode())


def calls_of(members: list[Member], calls: int, ids_are: str = "counted") -> list[Call]:
    random = np.random.default_rng(1)
    walks = {
        member.user_id: np.clip(70 + np.cumsum(random.normal(0, 2, calls * ITEMS)) % 60, 40, 190).round().tolist()
        for member in members
    }
    return [
        call_of(member, number, walks[member.user_id][number * ITEMS : (number + 1) * ITEMS], ids_are)
        for number in range(calls)
        for member in members
    ]


async def send_all(port: int, requests: Iterator[bytes], latencies: list[float]) -> None:
    """One connection's share: the next call as soon as the answer is whole."""
    reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 20)
    for request in requests:
        started = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head[head.index(b"content-length: ") + 16 :]
        body = await reader.readexactly(int(length[: length.index(b"\r")]))
        latencies.append(time.perf_counter() - started)
        if not head.startswith(b"http/1.1 200") or body.count(b'"accepted"') != ITEMS:
            raise RuntimeError(f"{head!r} {body[:400]!r}")
    writer.close()


async def post(port: int, calls: list[Call], connections: int) -> tuple[float, list[float]]:
    """(samples a second, latencies in order of size)."""
    latencies: list[float] = []
    shared = iter([call.request for call in calls])
    started = time.perf_counter()
    await asyncio.gather(*(send_all(port, shared, latencies) for _ in range(connections)))
    return len(calls) * ITEMS / (time.perf_counter() - started), sorted(latencies)


async def copy(url: str, calls: list[Call]) -> float:
    """Rows a second."""
    connection = await asyncpg.connect(url)
    await connection.execute("DROP TABLE IF EXISTS bare")
    await connection.execute(BARE)
    source = io.BytesIO(b"".join(call.rows for call in calls))
    started = time.perf_counter()
    await connection.copy_to_table("bare", source=source)
    elapsed = time.perf_counter() - started
    await connection.close()
    return len(calls) * ITEMS / elapsed


async def sizes(url: str) -> dict[str, float]:
    """Bytes a sample, indexes and page overhead included, as an idle autovacuum leaves them at best."""
    connection: Any = await asyncpg.connect(url)
    samples = await connection.fetchval("SELECT sum(n) FROM sample_chunk")
    found = {}
    for table in ("sample_chunk", "sample_client_id", "bare"):
        await connection.execute(f"VACUUM FULL {table}")
        rows = samples if table != "bare" else await connection.fetchval("SELECT count(*) FROM bare")
        found[table] = await connection.fetchval(f"SELECT pg_total_relation_size('{table}')") / rows
    await connection.close()
    return found


def measure(url: str, data_dir: Path, given: argparse.Namespace) -> None:
    port = free_port()
    environment = {
        "HP_DATABASE_URL": url,
        "HP_DATA_DIR": str(data_dir),
        "HP_PORT": str(port),
        "HP_RATE_LIMIT_REQUESTS": "10000000",
    }
    ours, plain, latencies = [], [], []
    with running([Path(sys.executable).with_name("healthpartner"), "api"], environment, f"http://{HOST}:{port}/livez"):
        for number in range(given.rounds + 1):
            calls = calls_of(asyncio.run(make_members(url, data_dir, given.members)), given.calls, given.ids)
            rate, times = asyncio.run(post(port, calls, given.connections))
            with on_cores(measured=True):
                copied = asyncio.run(copy(url, calls))
            # The first round warms caches, connections and prepared statements.
            if number:
                ours.append(rate)
                plain.append(copied)
                latencies += times
    show(ours, plain, sorted(latencies), asyncio.run(sizes(url)))


def show(rates: list[float], copies: list[float], latencies: list[float], bytes_each: dict[str, float]) -> None:
    p50, p99 = (latencies[int(len(latencies) * share)] * 1000 for share in (0.5, 0.99))
    ours, plain = statistics.median(rates), statistics.median(copies)
    each = [rate / copied for rate, copied in zip(rates, copies, strict=True)]
    print(f"  API, {ITEMS} items a call    {ours:>10,.0f} samples/s   p50 {p50:.1f} ms   p99 {p99:.1f} ms a call")
    print(f"  COPY into a bare table  {plain:>10,.0f} rows/s")
    print(f"  ratio {ours / plain:.3f} (goal {GOAL}), of single rounds {min(each):.3f} to {max(each):.3f}")
    print(
        f"  bytes a sample: chunks {bytes_each['sample_chunk']:.2f}, client ids {bytes_each['sample_client_id']:.1f}; "
        f"a bare row {bytes_each['bare']:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--calls", type=int, default=15)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ids", choices=("counted", "random"), default="counted")
    given = parser.parse_args()
    with on_cores(measured=False), tempfile.TemporaryDirectory() as folder, temporary_postgres() as address:
        asyncio.run(migrate(address.url))
        measure(address.url, Path(folder), given)


if __name__ == "__main__":
    main()
