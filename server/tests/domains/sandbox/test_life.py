"""Synthetic lives are the same each time, and look like people's: against published distributions, persona by persona."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.sleep import SleepStage
from healthpartner.domains.sandbox.life.days import Days
from healthpartner.domains.sandbox.life.records import Records, together
from healthpartner.domains.sandbox.life.world import live
from healthpartner.domains.sandbox.personas import PERSONAS

FIRST, LAST = date(2025, 3, 1), date(2026, 2, 28)
DAYS = 365
EVERYBODY = sorted(PERSONAS)
ASLEEP = {SleepStage.light, SleepStage.deep, SleepStage.rem}


@cache
def year_of(slug: str, seed: int = 7) -> Records:
    return live(PERSONAS[slug], seed, FIRST, LAST)


@cache
def values(slug: str, metric: str, device: str | None = None) -> Any:
    """Of one device, or of the one that noticed most."""
    found = [
        batch.value
        for source, batch in year_of(slug).joined()
        if batch.metric.slug == metric and device in {None, source.device}
    ]
    return max(found, key=len)


def hours(slug: str, stages: set[SleepStage]) -> list[float]:
    """In these stages, night by night."""
    nights: dict[str, float] = {}
    for source, night in year_of(slug).nights:
        if not night.is_nap and source.device != "Oura Ring":
            spent = sum(each.end_ms - each.start_ms for each in night.stages if each.stage in stages)
            nights[str(night.external_id)] = spent / 3_600_000
    return list(nights.values())


def said(records: Records) -> list[Any]:
    samples = [
        (source, batch.metric.slug, batch.start_ms.tolist(), batch.duration_ms.tolist(), batch.value.tolist())
        for source, batch in records.joined()
    ]
    return [samples, records.nights, records.workouts]


def test_there_are_eight_personas_with_data_of_several_devices() -> None:
    assert len(PERSONAS) >= 8
    for slug in EVERYBODY:
        assert len({source.device for source, _ in year_of(slug).samples}) >= 2


def test_the_guide_names_every_persona_as_it_is() -> None:
    guide = (Path(__file__).parents[4] / "portal" / "guides" / "sandbox.md").read_text()

    for persona in PERSONAS.values():
        assert f"| `{persona.slug}` | {persona.description} |" in guide


@pytest.mark.parametrize("slug", EVERYBODY)
def test_the_same_seed_lives_the_same_life_and_another_one_does_not(slug: str) -> None:
    first, last = date(2026, 1, 1), date(2026, 1, 20)

    assert said(live(PERSONAS[slug], 3, first, last)) == said(live(PERSONAS[slug], 3, first, last))
    assert said(live(PERSONAS[slug], 3, first, last)) != said(live(PERSONAS[slug], 4, first, last))


@given(st.sampled_from(EVERYBODY), st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 5), st.integers(1, 5))
def test_a_life_in_parts_is_the_whole_life(slug: str, on: date, before: int, after: int) -> None:
    persona, first, last = PERSONAS[slug], on - timedelta(days=before), on + timedelta(days=after)

    parts = together([live(persona, 1, first, on), live(persona, 1, on + timedelta(days=1), last)])

    assert said(parts) == said(live(persona, 1, first, last))


@pytest.mark.parametrize("slug", EVERYBODY)
def test_every_value_is_plausible_and_every_instant_is_kept_apart(slug: str) -> None:
    for _, batch in year_of(slug).joined():
        metric = METRICS[batch.metric.slug]
        assert (batch.value >= metric.minimum).all(), metric.slug
        assert (batch.value <= metric.maximum).all(), metric.slug
        assert (np.diff(batch.start_ms) > 0).all(), metric.slug


@pytest.mark.parametrize(
    ("slug", "low", "high"),
    # Tudor-Locke and Bassett 2004: sedentary under 5,000 steps, low active from 5,000, active from 10,000; older adults
    # 2,000 to 9,000 (Tudor-Locke 2011).
    [
        ("sedentary_office_worker", 2_500, 5_000),
        ("type_2_diabetic", 4_000, 9_000),
        ("older_adult", 5_000, 9_000),
        ("new_parent", 5_000, 9_000),
        ("frequent_flyer", 6_000, 10_000),
        ("shift_worker", 7_000, 11_000),
        ("runner", 10_000, 16_000),
        ("recovering_from_illness", 5_000, 9_000),
    ],
)
def test_steps_are_in_the_persona_s_band(slug: str, low: float, high: float) -> None:
    watch = PERSONAS[slug].wearing.watch
    assert watch is not None
    worn = sum(
        Days(PERSONAS[slug], 7).day(date.fromordinal(n)).watch_worn
        for n in range(FIRST.toordinal(), LAST.toordinal() + 1)
    )

    assert low < values(slug, "steps", watch[1]).sum() / worn < high


@pytest.mark.parametrize("slug", EVERYBODY)
def test_resting_heart_rates_vary_as_people_s_do(slug: str) -> None:
    # Quer 2020, 92,457 adults: people's means from 40 to 109, most weeks within a few beats of one's own mean.
    resting = values(slug, "resting_heart_rate")

    assert abs(resting.mean() - PERSONAS[slug].resting_heart_rate) < 5
    assert 0.8 < resting.std() < 5


@pytest.mark.parametrize("slug", EVERYBODY)
def test_nights_have_the_stages_of_adults(slug: str) -> None:
    # Ohayon 2004: of the time asleep 13 to 25 % deep and 18 to 26 % REM in adults, less deep sleep with age.
    total = sum(hours(slug, ASLEEP))

    assert 5.5 < total / len(hours(slug, ASLEEP)) < 9
    assert 0.11 < sum(hours(slug, {SleepStage.deep})) / total < 0.25
    assert 0.17 < sum(hours(slug, {SleepStage.rem})) / total < 0.28


def test_an_infant_wakes_its_parent() -> None:
    awake = {SleepStage.awake}

    assert np.mean(hours("new_parent", awake)) > 1.5 * np.mean(hours("older_adult", awake))


def test_a_weight_stays_the_person_s_own() -> None:
    for slug in ("runner", "type_2_diabetic", "older_adult"):
        weights = values(slug, "weight")
        assert abs(weights.mean() - PERSONAS[slug].weight_kg) < 0.04 * PERSONAS[slug].weight_kg
        assert np.abs(np.diff(weights)).max() < 4


def test_a_diabetic_s_glucose_is_that_of_type_2() -> None:
    # Battelino 2019: the target is 70 to 180 mg/dL for more than 70 % of the day and a coefficient of variation of 36 % at most.
    glucose = values("type_2_diabetic", "glucose")

    assert 130 < glucose.mean() < 180
    assert 0.18 < glucose.std() / glucose.mean() < 0.36
    assert 0.6 < ((glucose >= 70) & (glucose <= 180)).mean() < 0.95


def test_illness_raises_the_pulse_and_keeps_at_home() -> None:
    days = [
        Days(PERSONAS["recovering_from_illness"], 7).day(date.fromordinal(n))
        for n in range(FIRST.toordinal(), LAST.toordinal() + 1)
    ]
    ill = [day for day in days if day.illness > 0.5]
    well = [day for day in days if day.illness < 0.05]

    assert len(ill) > 5
    assert np.mean([day.resting_heart_rate for day in ill]) > np.mean([day.resting_heart_rate for day in well]) + 4
    assert np.mean([day.hrv_sdnn_ms for day in ill]) < 0.85 * np.mean([day.hrv_sdnn_ms for day in well])
    assert np.mean([day.steps for day in ill]) < 0.7 * np.mean([day.steps for day in well])


def test_a_short_night_shows_the_next_day() -> None:
    days = [
        Days(PERSONAS["frequent_flyer"], 7).day(date.fromordinal(n))
        for n in range(FIRST.toordinal(), LAST.toordinal() + 1)
    ]
    days = [day for day in days if day.illness < 0.05]
    slept = np.array([day.sleep_hours for day in days])

    assert np.corrcoef(slept, [day.resting_heart_rate for day in days])[0, 1] < -0.1
    assert np.corrcoef(slept, [day.hrv_sdnn_ms for day in days])[0, 1] > 0.1


def test_a_frequent_flyer_is_in_several_time_zones() -> None:
    offsets = {
        int(offset) for _, batch in year_of("frequent_flyer").joined() for offset in np.unique(batch.offset_minutes)
    }

    assert len(offsets) >= 4


def test_a_shift_worker_sleeps_by_day_too() -> None:
    zone = ZoneInfo(PERSONAS["shift_worker"].timezone)
    starts = [datetime.fromtimestamp(night.start_ms / 1000, zone).hour for _, night in year_of("shift_worker").nights]

    assert sum(6 <= hour < 12 for hour in starts) > DAYS / 8
    assert sum(hour >= 20 for hour in starts) > DAYS / 5


def test_devices_miss_days_and_moments() -> None:
    for slug in EVERYBODY:
        seen = len(values(slug, "resting_heart_rate"))
        assert 0.7 * DAYS < seen < DAYS
        beats = values(slug, "heart_rate")
        assert len(beats) < seen * 400
