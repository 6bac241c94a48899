"""Writing a member's measurements to Parquet, and taking them back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
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
    return {name: counts[name] for name in FILES}


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


async def put(uow: UnitOfWork, part: Chunk) -> None:
    """Merges it into what the member has; the same part twice is nothing new."""
    match part:
        case SampleChunk(source, batch):
            await samples.store(uow, source, batch)
        case DailyTotalChunk(source, totals):
            await activity.put(uow, source, totals)
        case SleepChunk(source, sessions):
            await sleep.store(uow, source, sessions)
        case WorkoutChunk(source, found):
            await workouts.store(uow, source, found)


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
