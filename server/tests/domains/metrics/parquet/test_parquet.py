"""Measurements of a member as Parquet files, and back into a member that has none."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import UNKNOWN_OFFSET, SampleBatch, SampleSource
from healthpartner.canonical.sleep import SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.canonical.units import place_of
from healthpartner.canonical.workouts import Route, Segment, Workout, WorkoutFigures
from healthpartner.domains.metrics.activity import service as activity
from healthpartner.domains.metrics.parquet import columns, service, store
from healthpartner.domains.metrics.parquet.service import UnreadableFile
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.sleep import rows as sleep_rows
from healthpartner.domains.metrics.sleep import service as sleep
from healthpartner.domains.metrics.workouts import rows as workout_rows
from healthpartner.domains.metrics.workouts import service as workouts
from healthpartner.providers.contract import Chunk, DailyTotalChunk, SampleChunk, SleepChunk, WorkoutChunk
from tests.support.api import Member, Partner

T = 1_709_280_000_000
WATCH, SCALE = SampleSource("apple_health_kit", "Watch"), SampleSource("withings", None)
OWN = SampleSource("partner:acme")


def batch(
    slug: str, values: list[float], second: list[float] | None = None, offset: int = -420, units: Sequence[str] = ()
) -> SampleBatch:
    count = len(values)
    return SampleBatch(
        METRICS[slug],
        T + np.arange(count, dtype=np.int64) * 61_000,
        np.full(count, 60_000, np.int64),
        np.array(values),
        None if second is None else np.array(second),
        np.full(count, offset, np.int16),
        np.array([place_of(METRICS[slug], unit) for unit in units], np.int16) if units else None,
    )


NIGHT = SleepSession(
    T,
    T + 28_800_000,
    60,
    (StageInterval(SleepStage.light, T, T + 3_600_000),),
    external_id="n1",
    day=date(2024, 3, 1),
    updated_ms=T,
    figures=SleepFigures(efficiency_percent=91.5),
)
RUN = Workout(
    T,
    T + 1_800_000,
    "running",
    "Run",
    title="Lunch",
    figures=WorkoutFigures(distance_meters=5000.1),
    segments=(Segment("lap", T, T + 60_000),),
    route=Route(np.array([T, T + 1000]), np.array([48.1, 48.2]), np.array([11.0, 11.1]), np.array([np.nan, 501.5])),
)
PARTS: list[Chunk] = [
    SampleChunk(WATCH, batch("heart_rate", [60, 61, 62.5])),
    SampleChunk(WATCH, batch("glucose", [99.1001, 99], units=["mmol/L", "mg/dL"])),
    SampleChunk(SCALE, batch("blood_pressure", [120, 121], [80, 81], UNKNOWN_OFFSET)),
    DailyTotalChunk(WATCH, [DailyTotal(METRICS["steps"].code, date(2024, 3, 1), 8000.0)]),
    SleepChunk(WATCH, [NIGHT, SleepSession(T - 90_000_000, T - 80_000_000)]),
    WorkoutChunk(WATCH, [RUN, Workout(T + 9_000_000, T + 9_100_000, "yoga")]),
]


async def state(partner: Partner, member: Member) -> Any:
    """All that is held, without the ids that a database gives."""
    async with partner.tenant.uow(member.user_id) as uow:
        chunks = [
            (chunk.source, chunk.batch.metric.slug, *[column.tolist() for column in _columns(chunk.batch)])
            async for chunk in samples.every_chunk(uow)
        ]
        totals = [row async for page in activity.every_total(uow) for row in page]
        nights = [sleep_rows.stored(row) async for page in store.nights(uow) for row in page]
        rows = [row async for page in store.workouts(uow) for row in page]
    found = [(workout_rows.stored(row), row["route"]) for row in rows]
    return (
        sorted(chunks, key=repr),
        sorted(totals, key=repr),
        sorted(((each.source, each.session) for each in nights), key=repr),
        sorted(((each.source, each.workout, route) for each, route in found), key=repr),
    )


def _columns(found: SampleBatch) -> list[Any]:
    unit = np.zeros(len(found), np.int16) if found.unit is None else found.unit
    second = [] if found.second is None else [found.second]
    return [found.start_ms, found.duration_ms, found.value, found.offset_minutes, *second, unit]


def without_units(held: Any) -> Any:
    chunks, *others = held
    return [chunk[:-1] for chunk in chunks], *others


async def put(partner: Partner, member: Member, parts: list[Chunk]) -> None:
    for part in parts:
        async with partner.tenant.uow(member.user_id) as uow:
            await service.put(uow, part)
            await uow.commit()


async def test_a_member_comes_back_as_it_was(acme: Partner, alice: Member, bob: Member, tmp_path: Path) -> None:
    await put(acme, alice, PARTS)
    async with acme.tenant.uow(alice.user_id) as uow:
        counts = await service.write(uow, tmp_path)

    for _ in range(2):
        await put(acme, bob, list(service.parts(tmp_path)))
        assert await state(acme, bob) == await state(acme, alice)
    assert counts == {"samples.parquet": 7, "daily_totals.parquet": 1, "sleep.parquet": 2, "workouts.parquet": 2}


async def test_a_correction_is_still_one_when_a_member_comes_back(
    acme: Partner, alice: Member, bob: Member, tmp_path: Path
) -> None:
    nights = [SleepSession(T, T + hours * 3_600_000, 0, external_id=f"n{hours}") for hours in (7, 9, 8, 6, 5)]
    runs = [Workout(T, T + minutes * 60_000, "running", external_id=f"w{minutes}") for minutes in (70, 90, 80, 60, 50)]
    for night, run in zip(nights, runs, strict=True):
        async with acme.tenant.uow(alice.user_id) as uow:
            await sleep.store(uow, OWN, [night])
            await workouts.store(uow, OWN, [run])
            await uow.commit()
    async with acme.tenant.uow(alice.user_id) as uow:
        await service.write(uow, tmp_path)

    await put(acme, bob, list(service.parts(tmp_path)))

    for member in (alice, bob):
        window = {"start_date": "2024-02-28", "end_date": "2024-03-05"}
        (slept,) = (await member.get("/metrics/sleep/summary", params=window)).json()["data"]
        (run,) = (await member.get("/metrics/workouts/summary", params=window)).json()["data"]
        assert (slept["duration_seconds"], run["duration_seconds"]) == (5 * 3600, 50 * 60)


async def test_a_member_without_anything_is_empty_files(acme: Partner, alice: Member, tmp_path: Path) -> None:
    async with acme.tenant.uow(alice.user_id) as uow:
        await service.write(uow, tmp_path)
    assert list(service.parts(tmp_path)) == []
    assert pq.read_schema(tmp_path / "samples.parquet").names == columns.SAMPLES.names


async def test_a_damaged_file_is_refused(acme: Partner, alice: Member, tmp_path: Path) -> None:
    await put(acme, alice, PARTS)
    async with acme.tenant.uow(alice.user_id) as uow:
        await service.write(uow, tmp_path)
    file = tmp_path / "workouts.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(UnreadableFile):
        list(service.parts(tmp_path))


async def test_nothing_of_another_member_is_in_the_files(
    acme: Partner, alice: Member, bob: Member, tmp_path: Path
) -> None:
    await put(acme, alice, PARTS)
    async with acme.tenant.uow(bob.user_id) as uow:
        counts = await service.write(uow, tmp_path)
    assert set(counts.values()) == {0}


async def test_a_value_is_in_the_file_as_it_was_told(acme: Partner, alice: Member, tmp_path: Path) -> None:
    told = batch("blood_pressure", [120], [80], units=["kPa"])
    await put(acme, alice, [*PARTS[:2], SampleChunk(WATCH, told)])
    async with acme.tenant.uow(alice.user_id) as uow:
        await service.write(uow, tmp_path)

    rows = pq.read_table(tmp_path / "samples.parquet").to_pylist()

    assert [(row["metric"], row["original_value"], row["original_unit"]) for row in rows if row["original_unit"]] == [
        ("blood_pressure", None, "kPa"),
        ("glucose", 5.5, "mmol/L"),
    ]
    assert len(rows) == 6


async def test_files_of_a_release_without_original_units_come_back(
    acme: Partner, alice: Member, bob: Member, tmp_path: Path
) -> None:
    await put(acme, alice, PARTS)
    async with acme.tenant.uow(alice.user_id) as uow:
        await service.write(uow, tmp_path)
    file = tmp_path / "samples.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["original_value", "original_unit"]), file)

    await put(acme, bob, list(service.parts(tmp_path)))

    assert without_units(await state(acme, bob)) == without_units(await state(acme, alice))
    assert all(set(units) == {0} for *_, units in (await state(acme, bob))[0])


async def test_of_files_that_do_not_tell_their_order_the_longest_night_comes_last(
    acme: Partner, alice: Member, bob: Member, tmp_path: Path
) -> None:
    nights = [SleepSession(T, T + hours * 3_600_000, 0, external_id=f"n{hours}") for hours in (9, 7)]
    await put(acme, alice, [SleepChunk(OWN, nights)])
    async with acme.tenant.uow(alice.user_id) as uow:
        await service.write(uow, tmp_path)
    file = tmp_path / "sleep.parquet"
    assert [row["end"].hour for row in pq.read_table(file).to_pylist()] == [17, 15]
    # As a release before wrote them, which knew of no order.
    pq.write_table(pq.read_table(file).replace_schema_metadata(None), file)

    await put(acme, bob, list(service.parts(tmp_path)))

    window = {"start_date": "2024-02-28", "end_date": "2024-03-05"}
    (slept,) = (await bob.get("/metrics/sleep/summary", params=window)).json()["data"]
    assert slept["duration_seconds"] == 9 * 3600


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.floats(20, 300), min_size=1, max_size=20),
    offset=st.integers(-840, 840) | st.just(UNKNOWN_OFFSET),
    slug=st.sampled_from(["heart_rate", "blood_pressure", "steps", "glucose"]),
    data=st.data(),
)
def test_any_samples_come_back_bit_by_bit(values: list[float], offset: int, slug: str, data: st.DataObject) -> None:
    count = len(values)
    units = data.draw(st.lists(st.sampled_from(list(METRICS[slug].units)), min_size=count, max_size=count))
    second = [value / 2 for value in values] if METRICS[slug].has_second else None
    chunk = SampleChunk(WATCH, batch(slug, values, second, offset, units))
    (back,) = columns.chunks_of(columns.table_of(chunk))
    assert isinstance(back, SampleChunk)
    assert back.source == chunk.source
    for one, other in zip(_columns(chunk.batch), _columns(back.batch), strict=True):
        assert one.tobytes() == other.tobytes()
