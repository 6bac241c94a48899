"""Entries that share samples, sent and taken back in any order: what is sent once more is there, as if it were new."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.core.errors import NotFound
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.body import service as body
from healthpartner.domains.metrics.body.entry import ENTRY as BODY
from healthpartner.domains.metrics.body.schemas import IngestBody
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.items.entries import Kind
from healthpartner.domains.metrics.measurements import service as measurements
from healthpartner.domains.metrics.timeseries import service as timeseries
from healthpartner.domains.metrics.timeseries.entry import ENTRY as TIMESERIES
from healthpartner.domains.metrics.timeseries.schemas import IngestTimeseries
from healthpartner.domains.metrics.timeseries.window import query
from tests.conftest import MakeOrg
from tests.support.database import Tenant

UNITS = {"weight": "kg", "body_fat": "%", "heart_rate": "bpm"}
FIELDS = {"weight": "weight_kg", "body_fat": "body_fat_percent"}
MINUTES = (0, 1)
A_DAY = datetime(2026, 3, 13, tzinfo=UTC), datetime(2026, 3, 14, tzinfo=UTC)
PAGE = PageRequest(100)


class Told(NamedTuple):
    """An item of a partner: what it has measured at one moment, in one of the two kinds."""

    client_id: str
    kind: Kind
    minute: int
    metrics: frozenset[str]

    @property
    def samples(self) -> set[tuple[str, int]]:
        return {(metric, self.minute) for metric in self.metrics}

    def frees(self, gone: set[tuple[str, int]]) -> bool:
        """Whether its id is free when samples are gone: a row's is when any that may be a part of it is."""
        may_hold = FIELDS.keys() if self.kind is BODY else self.metrics
        return any((metric, self.minute) in gone for metric in may_hold)


def value_of(metric: str, minute: int) -> float:
    return 60 + 5 * list(UNITS).index(metric) - 40 * (metric == "body_fat") + minute


def told_in(kind: Kind, name: str, metrics: Any) -> st.SearchStrategy[Told]:
    return st.builds(Told, st.just(name), st.just(kind), st.sampled_from(MINUTES), metrics)


# Ids with neighbours and ids without.
NAMES = ("scale-101", "scale-102", "weighing")
items = st.tuples(
    *(told_in(BODY, name, st.frozensets(st.sampled_from(sorted(FIELDS)), min_size=1)) for name in NAMES),
    *(
        told_in(TIMESERIES, name, st.sampled_from(sorted(UNITS)).map(lambda metric: frozenset({metric})))
        for name in NAMES
    ),
)
sent_or_taken_back = st.tuples(st.booleans(), st.integers(0, 2 * len(NAMES) - 1))
steps = st.lists(sent_or_taken_back, min_size=8, max_size=24)


async def send(tenant: Tenant, member: UUID, told: Told) -> str:
    at = f"2026-03-13T08:0{told.minute}:00Z"
    async with tenant.uow(member) as uow:
        if told.kind is BODY:
            values = {FIELDS[metric]: value_of(metric, told.minute) for metric in told.metrics}
            sent = {"client_id": told.client_id, "measured_at": at, **values}
            (result,) = await body.ingest(uow, IngestBody(msgspec.Raw(msgspec.json.encode([sent]))))
        else:
            (metric,) = told.metrics
            sent = {"client_id": told.client_id, "start": at, "unit": UNITS[metric]}
            sent |= {"value": value_of(metric, told.minute)}
            (result,) = await timeseries.ingest(uow, metric, IngestTimeseries(msgspec.Raw(msgspec.json.encode([sent]))))
        await uow.commit()
    return result.status


async def take_back(tenant: Tenant, member: UUID, told: Told) -> None:
    async with tenant.uow(member) as uow:
        await measurements.remove(uow, told.kind, told.client_id)
        await uow.commit()


async def shown(tenant: Tenant, member: UUID) -> list[Any]:
    """Without ids, which begin with the source's."""
    async with tenant.uow(member) as uow:
        rows: list[Any] = (await body.read(uow, DayWindow(None, None), None, PAGE))[0]
        rows += await _series(uow)
    found: list[Any] = msgspec.to_builtins(rows)
    return [{name: told for name, told in row.items() if name != "sample_id"} for row in found]


async def _series(uow: UnitOfWork) -> list[Any]:
    found = [await timeseries.read(uow, metric, query(*A_DAY, "raw", None, PAGE)) for metric in UNITS]
    return [row for rows, _ in found for row in rows]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=items, steps=steps)
async def test_after_any_deletes_to_send_everything_again_is_to_send_it_to_a_new_member(
    make_org: MakeOrg, told: Sequence[Told], steps: Iterable[tuple[bool, int]]
) -> None:
    tenant = await make_org()
    member, new = await tenant.add_member(), await tenant.add_member()
    taken: set[Told] = set()

    for is_delete, number in steps:
        one = told[number]
        if not is_delete:
            assert await send(tenant, member, one) == ("duplicate" if one in taken else "accepted")
            taken.add(one)
        elif one in taken:
            await take_back(tenant, member, one)
            held = FIELDS.keys() if one.kind is BODY else one.metrics
            gone = {(metric, one.minute) for metric in held}
            taken = {other for other in taken if not other.frees(gone)}
        else:
            with pytest.raises(NotFound):
                await take_back(tenant, member, one)
    for one in told:
        await send(tenant, member, one)
        await send(tenant, new, one)

    assert await shown(tenant, member) == await shown(tenant, new)
    assert {await send(tenant, member, one) for one in told} == {"duplicate"}
