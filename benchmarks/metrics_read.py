"""Reads of a member with 5 million samples of two devices, each beside its reference.

A 30-day activity summary beside a bare indexed select of 30 rows, and 90 days of minute heart rate in five-minute buckets
beside reading and decoding the same chunks. Service and reference run in turn on one connection pool; the summary is
also asked over HTTP.

    .venv/bin/python benchmarks/metrics_read.py [--rounds 1500] [--days 500] [--seconds 3]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import numpy as np
import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from benchmarks.support.load import drive, get  # noqa: E402
from benchmarks.support.processes import free_port, on_cores, running  # noqa: E402
from healthpartner.canonical.metrics import METRICS  # noqa: E402
from healthpartner.canonical.samples import DAY_MS, SampleBatch, SampleSource  # noqa: E402
from healthpartner.core.config import Settings  # noqa: E402
from healthpartner.core.config.deployment import DeploymentSettings  # noqa: E402
from healthpartner.core.db.migrate import migrate  # noqa: E402
from healthpartner.core.pagination import PageRequest  # noqa: E402
from healthpartner.core.unit_of_work import UnitOfWork  # noqa: E402
from healthpartner.domains.auth.tokens import SCOPES  # noqa: E402
from healthpartner.domains.metrics.activity import service as activity  # noqa: E402
from healthpartner.domains.metrics.activity.query import Query  # noqa: E402
from healthpartner.domains.metrics.items.day_window import DayWindow  # noqa: E402
from healthpartner.domains.metrics.samples import service as samples  # noqa: E402
from healthpartner.domains.metrics.timeseries import service as timeseries  # noqa: E402
from healthpartner.domains.metrics.timeseries.window import query  # noqa: E402
from healthpartner.domains.users import service as users  # noqa: E402
from healthpartner.domains.users.schemas import CreateUser  # noqa: E402
from healthpartner.entrypoints.assembly import assembled  # noqa: E402
from healthpartner.entrypoints.provisioning import create_org  # noqa: E402
from healthpartner.web.platform import Platform  # noqa: E402
from tests.support.postgres import temporary_postgres  # noqa: E402

HOST = "127.0.0.1"
WATCH, PHONE = SampleSource("garmin", "Fenix 7"), SampleSource("apple_health_kit", "iPhone")
# Thirty days before it lie in two months, as they mostly do.
LAST = datetime(2026, 11, 16, tzinfo=UTC)
BARE = """
CREATE TABLE bare (org_id uuid, user_id uuid, day date, steps float8, distance float8, calories float8, floors float8,
    PRIMARY KEY (org_id, user_id, day))
"""
FILL_BARE = """
INSERT INTO bare SELECT org_id, user_id, day, value, value, value, value FROM daily_figure WHERE metric = 201
"""
SELECT_BARE = "SELECT * FROM bare WHERE org_id = $1 AND user_id = $2 AND day BETWEEN $3 AND $4 ORDER BY day DESC"
DAILY = ("steps", "calories", "basal_calories", "distance", "floors", "resting_heart_rate")


def minutes(slug: str, day: int, every_ms: int, random: np.random.Generator) -> SampleBatch:
    """Thirty days of one metric."""
    start_ms = day * DAY_MS + np.arange(30 * DAY_MS // every_ms, dtype=np.int64) * every_ms
    values = (60 + random.integers(0, 60, len(start_ms))).astype(np.float64)
    duration = 0 if METRICS[slug].aggregation == "mean" else every_ms
    return SampleBatch(
        METRICS[slug], start_ms, np.full(len(start_ms), duration), values, None, np.zeros(len(start_ms), np.int16)
    )


async def fill(platform: Platform, org_id: UUID, days: int) -> UUID:
    random = np.random.default_rng(1)
    async with UnitOfWork(platform.database.tenants, platform.clock, org_id) as uow:
        user_id = await users.register(uow, CreateUser(external_id="five-million"))
        await uow.commit()
    last = int(LAST.timestamp() * 1000) // DAY_MS
    for first in range(last - days, last, 30):
        recent = first >= last - 120
        async with UnitOfWork(platform.database.tenants, platform.clock, org_id, user_id=user_id) as uow:
            await samples.store(uow, WATCH, minutes("heart_rate", first, 60_000 if recent else 10_000, random))
            for slug in DAILY:
                await samples.store(uow, WATCH, minutes(slug, first, 3_600_000, random))
            await samples.store(uow, WATCH, minutes("steps", first, 60_000, random))
            await samples.store(uow, PHONE, minutes("steps", first, 600_000, random))
            await uow.commit()
    return user_id


async def in_turn(rounds: int, **asked: Callable[[], Awaitable[object]]) -> dict[str, float]:
    """Median milliseconds of each, asked one after the other."""
    times: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(rounds + rounds // 10):
        for name, ask in asked.items():
            started = time.perf_counter()
            await ask()
            if number >= rounds // 10:
                times[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(each) for name, each in times.items()}


async def measure(platform: Platform, org_id: UUID, user_id: UUID, rounds: int) -> None:
    pool = platform.database.tenants
    window = DayWindow((LAST - timedelta(days=30)).date(), (LAST - timedelta(days=1)).date())
    encode = msgspec.json.Encoder().encode

    def uow() -> UnitOfWork:
        return UnitOfWork(pool, platform.clock, org_id, user_id=user_id)

    async def summary() -> object:
        rows, _ = await activity.read(uow(), Query(window, None, None, False, PageRequest(100)))
        assert len(rows) == 30
        return encode(rows)

    async def bare() -> object:
        rows = await platform.database.system.fetch(SELECT_BARE, org_id, user_id, *window)
        assert len(rows) == 30
        return rows

    found = await in_turn(rounds, summary=summary, bare=bare)
    print(f"  30-day activity summary      {found['summary']:.2f} ms p50, JSON included (goal 5)")
    print(f"  bare indexed select, 30 rows {found['bare']:.2f} ms p50")
    print(f"  ratio {found['summary'] / found['bare']:.2f} (goal 3)")
    wanted = query(LAST - timedelta(days=90), LAST, "five_minute", None, PageRequest(1000))

    async def buckets() -> object:
        rows, page = await timeseries.read(uow(), "heart_rate", wanted)
        assert page.total == 90 * 288
        return rows

    async def chunks() -> object:
        _, headers = await samples.headers(uow(), METRICS["heart_rate"], wanted.start, wanted.end)
        opened = await samples.open_chunks(uow(), METRICS["heart_rate"], headers)
        assert sum(len(chunk.batch) for chunk in opened) >= 90 * 1440
        return opened

    found = await in_turn(max(rounds // 25, 1), buckets=buckets, chunks=chunks)
    print(f"  90 days in 5-minute buckets  {found['buckets']:.2f} ms p50, the first 1,000 rows made")
    print(f"  the same chunks, decoded     {found['chunks']:.2f} ms p50")
    print(f"  ratio {found['buckets'] / found['chunks']:.2f} (goal 2)")


def over_http(url: str, data_dir: Path, path: str, token: str, seconds: float) -> None:
    port = free_port()
    environment = {
        "HP_DATABASE_URL": url,
        "HP_DATA_DIR": str(data_dir),
        "HP_PORT": str(port),
        "HP_RATE_LIMIT_REQUESTS": "10000000",
    }
    with running([Path(sys.executable).with_name("healthpartner"), "api"], environment, f"http://{HOST}:{port}/livez"):
        load = drive(HOST, port, [get(HOST, path, token)], connections=1, seconds=seconds)
    print(
        f"  the summary over HTTP        {load.percentile(0.5):.2f} ms p50, {load.percentile(0.99):.2f} ms p99 (goal 5)"
    )


async def prepared(url: str, data_dir: Path, given: argparse.Namespace) -> tuple[str, str]:
    """(path of the summary, token), once everything else is measured."""
    await migrate(url)
    async with assembled(Settings(deployment=DeploymentSettings(data_dir=data_dir)), url) as platform:
        org_id = (await create_org(platform, "Acme")).org_id
        user_id = await fill(platform, org_id, given.days)
        connection: Any = await asyncpg.connect(url)
        await connection.execute(BARE)
        await connection.execute(FILL_BARE)
        await connection.execute("GRANT SELECT ON bare TO healthpartner_system")
        await connection.execute("VACUUM ANALYZE")
        held = await connection.fetchval("SELECT sum(n) FROM sample_chunk")
        await connection.close()
        print(f"  {held:,} samples")
        await measure(platform, org_id, user_id, given.rounds)
        token = (await platform.tokens.issue(org_id, user_id, SCOPES)).token
    days = f"start_date={(LAST - timedelta(days=30)).date()}&end_date={(LAST - timedelta(days=1)).date()}&limit=30"
    return f"/v1/users/{user_id}/metrics/activity/summary?{days}", token


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1500)
    parser.add_argument("--days", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=3)
    given = parser.parse_args()
    with on_cores(measured=False), tempfile.TemporaryDirectory() as folder, temporary_postgres() as address:
        with on_cores(measured=True):
            path, token = uvloop.run(prepared(address.url, Path(folder), given))
        over_http(address.url, Path(folder), path, token, given.seconds)


if __name__ == "__main__":
    main()
