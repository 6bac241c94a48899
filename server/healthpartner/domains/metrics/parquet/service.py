"""Writing a member's measurements to Parquet, and taking them back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleSource
from healthpartner.core.errors import ValidationFailed
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import service as activity
from healthpartner.domains.metrics.parquet import columns, store
from healthpartner.domains.metrics.rollups import kept
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.sleep import rows as sleep_rows
from healthpartner.domains.metrics.sleep import service as sleep
from healthpartner.domains.metrics.workouts import rows as workout_rows
from healthpartner.domains.metrics.workouts import service as workouts
from healthpartner.domains.metrics.workouts import tracks
from healthpartner.providers.contract import Chunk, DailyTotalChunk, SampleChunk, SleepChunk, WorkoutChunk

FILES = {
    "samples.parquet": columns.SAMPLES,
    "daily_totals.parquet": columns.DAILY_TOTALS,
    "sleep.parquet": columns.SLEEP,
    "workouts.parquet": columns.WORKOUTS,
}
FIGURES = "daily_figures.parquet"
ROWS_A_GROUP = 100_000


async def write(uow: UnitOfWork, folder: Path) -> dict[str, int]:
    """A file of each kind in the folder, in memory that does not grow with them; answers the rows of each."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    kinds = (_samples(uow), _totals(uow), _nights(uow), _workouts(uow))
    counts: Counter[str] = Counter()
    for (name, schema), chunks in zip(FILES.items(), kinds, strict=True):
        with pq.ParquetWriter(folder / name, schema, compression="zstd") as writer:
            waiting: list[pa.Table] = []
            held = 0
            async for chunk in chunks:
                waiting.append(columns.table_of(chunk))
                held += len(chunk)
                counts[name] += len(chunk)
                if held >= ROWS_A_GROUP:
                    writer.write_table(pa.concat_tables(waiting))
                    waiting, held = [], 0
            if waiting:
                writer.write_table(pa.concat_tables(waiting))
    return {name: counts[name] for name in FILES} | await _write_figures(uow, folder / FIGURES)


async def _write_figures(uow: UnitOfWork, path: Path) -> dict[str, int]:
    """Of days whose samples are no more; without any there is no such file."""
    rows = [{**row, "day": row["date"]} async for page in kept.every_kept(uow) for row in page]
    if not rows:
        return {}
    table = pa.Table.from_pylist(rows, columns.DAILY_FIGURES)
    await asyncio.to_thread(pq.write_table, table, path, compression="zstd")
    return {FIGURES: len(rows)}


class UnreadableFile(ValidationFailed):
    """A Parquet file is damaged, or not one of these."""


def parts(folder: Path) -> Iterator[Chunk]:
    """What such files hold, a row group at a time; each part may be put in a transaction of its own.

    Raises UnreadableFile.
    """
    for name in FILES:
        try:
            with pq.ParquetFile(folder / name) as file:
                for group in range(file.num_row_groups):
                    yield from columns.chunks_of(file.read_row_group(group))
        except (pa.ArrowException, OSError, KeyError, msgspec.MsgspecError) as error:
            raise UnreadableFile from error


def figures(folder: Path) -> list[dict[str, Any]]:
    """Those of thinned days, to be put behind all parts. Raises UnreadableFile."""
    path = folder / FIGURES
    if not path.exists():
        return []
    try:
        rows: list[dict[str, Any]] = pq.read_table(path, schema=columns.DAILY_FIGURES).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile from error
    return rows


async def put_figures(uow: UnitOfWork, told: Sequence[dict[str, Any]]) -> None:
    """In place of what the spans of thinned days say: those know neither the least nor the most of a day any more."""
    await samples.claim(uow, None, [])
    await kept.put_kept(uow, told)


async def put(uow: UnitOfWork, part: Chunk) -> int:
    """Merges it into what the member has; the same part twice is nothing new, and undoes no correction that is there.

    Answers how many samples were refused, since they are for days that are thinned or older than what is kept.
    """
    match part:
        case SampleChunk(source, batch):
            return (await samples.store(uow, source, batch)).refused
        case DailyTotalChunk(source, totals):
            await activity.put(uow, source, totals)
        case SleepChunk(source, sessions):
            await sleep.store(uow, source, sessions, behind=await store.accepted(uow, source))
        case WorkoutChunk(source, found):
            await workouts.store(uow, source, found, behind=await store.accepted(uow, source))
    return 0


async def _samples(uow: UnitOfWork) -> AsyncIterator[Chunk]:
    async for chunk in samples.every_chunk(uow):
        yield SampleChunk(chunk.source, chunk.batch)


async def _totals(uow: UnitOfWork) -> AsyncIterator[Chunk]:
    async for page in activity.every_total(uow):
        for row in page:
            yield DailyTotalChunk(SampleSource(row["provider"], row["device"]), [_total(row)])


async def _nights(uow: UnitOfWork) -> AsyncIterator[Chunk]:
    async for page in store.nights(uow):
        for row in page:
            found = sleep_rows.stored(row)
            yield SleepChunk(found.source, [found.session])


async def _workouts(uow: UnitOfWork) -> AsyncIterator[Chunk]:
    async for page in store.workouts(uow):
        for row in page:
            found = workout_rows.stored(row)
            route = None if row["route"] is None else tracks.decode(row["route"])
            yield WorkoutChunk(found.source, [msgspec.structs.replace(found.workout, route=route)])


def _total(row: dict[str, Any]) -> DailyTotal:
    told = [row.get(name) for name in ("value", "minimum", "maximum", "offset_minutes")]
    return DailyTotal(METRICS[row["metric"]].code, row["date"], *told)
