"""What closing old days could save: `python benchmarks/sample_packing.py`.

A year of a watch with sparse metrics beside the busy ones, each day different. Days as they are, packed again at zstandard's
highest level, with a dictionary trained for each metric, and in packs as the platform makes them; all as rows of a real table.
"""

import asyncio
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import numpy as np
import zstandard

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sample_storage import COLUMNS, KINDS, Kind
from healthpartner.canonical.instants import date_of, day_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, SampleBatch
from healthpartner.core.db.migrate import migrate
from healthpartner.domains.metrics.samples import codec
from healthpartner.domains.metrics.samples.chunks import chunk_of
from healthpartner.domains.metrics.samples.packs import neighbours, pack
from tests.support.postgres import temporary_postgres

SPARSE = (
    Kind("respiratory_rate", 12, 60_000, 10, 20, 1),
    Kind("resting_heart_rate", 1, 0, 45, 70, 0),
    Kind("walking_heart_rate", 1, 0, 80, 120, 1),
    Kind("vo2_max", 1, 0, 30, 60, 2),
    Kind("weight", 1, 0, 60, 90, 1),
    Kind("body_fat", 1, 0, 10, 30, 1),
)
FIRST, DAYS, MEMBERS = 20_000, 364, 30
HIGHEST = zstandard.ZstdCompressor(level=19)

# (metric code, day, bytes)
Row = tuple[int, int, int]


def lived(kind: Kind, day: int, chance: np.random.Generator) -> SampleBatch:
    starts = np.sort(chance.choice(DAY_MS // 1000, kind.a_day, replace=False)).astype(np.int64) * 1000 + day * DAY_MS
    middle = (kind.low + kind.high) / 2 + chance.normal() * (kind.high - kind.low) / 10
    walk = np.cumsum(chance.normal(0, 1, kind.a_day)) * (kind.high - kind.low) / 40 + middle
    value = np.round(np.clip(walk, kind.low, kind.high), kind.decimals).astype(np.float64)
    durations = np.full(kind.a_day, kind.lasts_ms, np.int64)
    return SampleBatch(METRICS[kind.slug], starts, durations, value, None, np.full(kind.a_day, -420, np.int16))


def body_of(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(data[2:]) if data[1] & 1 else data[2:]


def packed(batches: list[SampleBatch]) -> list[tuple[int, int]]:
    """(first day, bytes) of each row of days that are packed as they are by the platform."""
    chunks = [chunk_of(1, date_of(FIRST + day), batch) for day, batch in enumerate(batches)]
    return [
        (day_of(each[0].day) - FIRST, len(pack(each)) if len(each) > 1 else len(each[0].samples))
        for each in neighbours(chunks)
    ]


def layouts(kind: Kind, chance: np.random.Generator) -> dict[str, list[Row]]:
    code = METRICS[kind.slug].code
    batches = [lived(kind, FIRST + day, chance) for day in range(DAYS)]
    chunks = [codec.encode(batch, FIRST + day) for day, batch in enumerate(batches)]
    bodies = [body_of(chunk) for chunk in chunks]
    others: list[bytes | bytearray | memoryview] = [
        body_of(codec.encode(lived(kind, FIRST, chance), FIRST)) for _ in range(600)
    ]
    trained = zstandard.ZstdCompressor(
        level=19, dict_data=zstandard.train_dictionary(4096, others), write_content_size=False, write_dict_id=False
    )
    days = [(code, day, len(chunk)) for day, chunk in enumerate(chunks)]
    return {
        "days as they are": days,
        "days at level 19": [(code, day, min(len(HIGHEST.compress(body)), len(body)) + 2) for day, body in enumerate(bodies)],
        "days with a dictionary": [(code, day, min(len(trained.compress(body)), len(body)) + 2) for day, body in enumerate(bodies)],
        "packs": [(code, *each) for each in packed(batches)],
    }  # fmt: skip


async def written(connection: Any, rows: list[Row]) -> int:
    """Bytes of the table with its indexes, for one member."""
    await connection.execute("DROP TABLE IF EXISTS packing; CREATE TABLE packing (LIKE sample_chunk INCLUDING ALL)")
    now, org_id, chance = datetime(2025, 1, 1, tzinfo=UTC), uuid4(), np.random.default_rng(2)
    for _ in range(MEMBERS):
        member = uuid4()
        await connection.copy_records_to_table(
            "packing",
            records=[
                (org_id, member, code, date(2025, 1, 1) + timedelta(day), 1, 9, 1.0, 1.0, 1.0, now, now,
                    chance.bytes(size), now, 0, 0)
                for code, day, size in rows
            ],
            columns=[*COLUMNS, "end_at", "offset_low", "offset_high"],
        )  # fmt: skip
    await connection.execute("VACUUM ANALYZE packing")
    total: int = await connection.fetchval("SELECT pg_total_relation_size('packing')")
    return total // MEMBERS


async def run(url: str) -> None:
    await migrate(url)
    chance = np.random.default_rng(1)
    found: dict[str, list[Row]] = {}
    for kind in (*KINDS, *SPARSE):
        for name, rows in layouts(kind, chance).items():
            found.setdefault(name, []).extend(rows)
    samples = DAYS * sum(kind.a_day for kind in (*KINDS, *SPARSE))
    connection = await asyncpg.connect(url)
    try:
        for name, rows in found.items():
            total = await written(connection, rows)
            data = sum(size for *_, size in rows) / samples
            print(
                f"{name:26} {len(rows):5} rows a year  {data:.2f} bytes a sample, {total / samples:.2f} with rows and indexes"
            )
    finally:
        await connection.close()


def main() -> None:
    with temporary_postgres() as server:
        asyncio.run(run(server.url))


if __name__ == "__main__":
    main()
