"""All sources' samples of some metrics around a span of time, with what decides on how they are fused."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from healthpartner.canonical.instants import date_of, day_of, epoch_ms, instant_of
from healthpartner.canonical.metrics import METRICS_BY_CODE, Metric
from healthpartner.canonical.samples import DAY_MS, SampleBatch, SampleSource, SourcedBatch, concat
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.fusion.clocks import MS_PER_MINUTE
from healthpartner.domains.metrics.fusion.fusing import Order
from healthpartner.domains.metrics.fusion.parts import LONGEST_MS
from healthpartner.domains.metrics.samples import codec, store

T = TypeVar("T")

# (metric code, day since 1970, source id)
Key = tuple[int, int, int]

_LONGEST_DAYS = LONGEST_MS // DAY_MS
_LARGE_BYTES = 200_000


class Surroundings(NamedTuple):
    """Chunks are encoded until they are asked for; `days` are the local ones that a chunk reaches, where it says so."""

    order: Order
    sources: Mapping[int, SampleSource]
    chunks: Mapping[Key, bytes]
    days: Mapping[Key, tuple[int, int]]

    def only(self, metric: Metric) -> "Surroundings":
        """What there is of one of the metrics."""
        return self._replace(chunks={key: data for key, data in self.chunks.items() if key[0] == metric.code})

    async def series(
        self,
        target: Metric,
        written: Mapping[Key, SampleBatch] | None = None,
        within: tuple[int, int] | None = None,
    ) -> list[SourcedBatch]:
        """One batch for each source that has samples, as of one metric; `written` stands in for what it replaces.

        `within`: the local days that are asked about; a source that is alone opens no chunk of others.
        """
        return await self.opened_by(lambda: self._series(target, written or {}, within))

    async def opened_by(self, read: Callable[[], T]) -> T:
        """What opening the chunks gives: aside, where there is much to open."""
        large = sum(map(len, self.chunks.values())) > _LARGE_BYTES
        return await asyncio.to_thread(read) if large else read()

    @property
    def lone(self) -> SampleSource | None:
        """The source of all chunks, None where there are several or no chunks."""
        source_ids = {source_id for _, _, source_id in self.chunks}
        return self.sources[source_ids.pop()] if len(source_ids) == 1 else None

    @property
    def thinned(self) -> bool:
        """Whether a chunk holds spans in place of samples."""
        return any(map(codec.is_thinned, self.chunks.values()))

    def batches(self) -> Iterator[SampleBatch]:
        """Chunk by chunk, by metric and day."""
        return (codec.decode(self.chunks[key], METRICS_BY_CODE[key[0]], key[1]) for key in sorted(self.chunks))

    def _series(
        self, target: Metric, fresh: Mapping[Key, SampleBatch], within: tuple[int, int] | None
    ) -> list[SourcedBatch]:
        parts: dict[int, list[SampleBatch]] = {}
        keys = self.chunks.keys() | fresh.keys()
        alone = len({source_id for _, _, source_id in keys}) == 1
        for key in sorted(keys):
            if alone and within is not None and key not in fresh and not self._reaches(key, *within):
                continue
            code, day, source_id = key
            batch = fresh[key] if key in fresh else codec.decode(self.chunks[key], METRICS_BY_CODE[code], day)
            if len(batch):
                parts.setdefault(source_id, []).append(batch)
        return [SourcedBatch(each, self.sources[each], joined(target, found)) for each, found in parts.items()]

    def _reaches(self, key: Key, first: int, last: int) -> bool:
        begin, end = self.days.get(key, (first, last))
        return begin <= last and end >= first


async def around(
    uow: UnitOfWork, codes: Sequence[int], target: Metric, span_ms: tuple[int, int], provider: str | None = None
) -> Surroundings:
    """What reaches into the span from its first instant to before its end. Raises Unauthorized for a member who is gone."""
    first_ms, end_ms = span_ms
    days = (date_of(first_ms // DAY_MS - _LONGEST_DAYS - 1), date_of((end_ms - 1) // DAY_MS))
    rows = await store.around(uow, codes, days, instant_of(first_ms), target.code, provider)
    order = Order(rows[0]["timezone"], tuple(rows[0]["preferred"] or ()))
    sources = {
        row["source_id"]: SampleSource(row["provider"], row["device"] or None)
        for row in rows
        if row["source_id"] is not None
    }
    found = [row for row in rows if row["day"] is not None]
    return Surroundings(
        order,
        sources,
        {_key(row): row["samples"] for row in found},
        {_key(row): _days(row) for row in found if row["end_at"] is not None and row["offset_low"] is not None},
    )


def _key(row: Any) -> Key:
    return row["metric"], day_of(row["day"]), row["source_id"]


def _days(row: Any) -> tuple[int, int]:
    first_ms = epoch_ms(row["first_at"]) + row["offset_low"] * MS_PER_MINUTE
    return first_ms // DAY_MS, (epoch_ms(row["end_at"]) - 1 + row["offset_high"] * MS_PER_MINUTE) // DAY_MS


def joined(target: Metric, parts: Sequence[SampleBatch]) -> SampleBatch:
    """Samples by start, as of one metric."""
    same = [part if part.metric is target else replace(part, metric=target) for part in parts]
    if len(same) == 1:
        return same[0]
    batch = concat(same)
    if (np.diff(batch.start_ms) < 0).any():
        return batch.take(np.argsort(batch.start_ms, kind="stable"))
    return batch
