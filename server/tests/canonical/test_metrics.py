"""The catalogue must stay stable and consistent: storage and partners both lean on it."""

import re

import pytest

from healthpartner.canonical.metrics import (
    METRICS,
    METRICS_BY_CODE,
    METRICS_BY_HEALTH_CONNECT,
    METRICS_BY_HEALTH_KIT,
    Metric,
)

SMALLINT = 32_767


def test_every_metric_has_its_own_slug_and_code() -> None:
    assert len(METRICS) == len(METRICS_BY_CODE) >= 60
    assert {metric.slug for metric in METRICS_BY_CODE.values()} == set(METRICS)


def test_no_identifier_of_another_vocabulary_names_two_metrics() -> None:
    identifiers = [each for metric in METRICS.values() for each in (*metric.health_kit, *metric.health_connect)]
    assert len(identifiers) == len(set(identifiers)) == len(METRICS_BY_HEALTH_KIT) + len(METRICS_BY_HEALTH_CONNECT)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.slug)
def test_a_metric_is_well_formed(metric: Metric) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.slug)
    assert 0 < metric.code <= SMALLINT
    assert metric.minimum < metric.maximum
    assert metric.units[metric.unit] == (1.0, 0.0)
    assert metric.components in {("value",), ("systolic", "diastolic")}
    assert metric.has_second == (len(metric.components) == 2)
    assert metric.name
    assert metric.description.endswith(".")
    assert metric.loinc is None or re.fullmatch(r"\d+-\d", metric.loinc)


@pytest.mark.parametrize(
    ("code", "slug", "unit"),
    [
        (101, "heart_rate", "bpm"),
        (105, "hrv", "ms"),
        (109, "blood_pressure", "mmHg"),
        (110, "glucose", "mg/dL"),
        (201, "steps", "count"),
        (202, "calories", "kcal"),
        (205, "distance", "m"),
        (222, "vo2_max", "mL/kg/min"),
        (401, "weight", "kg"),
        (701, "time_asleep", "min"),
        (702, "time_in_bed", "min"),
    ],
)
def test_stored_codes_and_published_units_never_move(code: int, slug: str, unit: str) -> None:
    assert METRICS_BY_CODE[code] is METRICS[slug]
    assert METRICS[slug].unit == unit


def test_the_two_kinds_of_heart_rate_variability_are_two_metrics() -> None:
    assert METRICS_BY_HEALTH_KIT["HKQuantityTypeIdentifierHeartRateVariabilitySDNN"] is METRICS["hrv_sdnn"]
    assert METRICS_BY_HEALTH_CONNECT["HeartRateVariabilityRmssdRecord"] is METRICS["hrv"]


def test_blood_pressure_lists_its_identifiers_in_the_order_of_its_components() -> None:
    systolic, diastolic = METRICS["blood_pressure"].health_kit
    assert systolic.endswith("Systolic")
    assert diastolic.endswith("Diastolic")
