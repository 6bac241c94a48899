"""Units a phone or a partner may use come out as the canonical one."""

import numpy as np
import pytest

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.units import UnknownUnit, convert, health_kit_unit, is_plausible


@pytest.mark.parametrize(
    ("slug", "value", "unit", "canonical"),
    [
        ("heart_rate", 72, "count/min", 72),
        ("heart_rate", 1.2, "count/s", 72),
        ("distance_walking_running", 1.2, "km", 1200),
        ("distance_walking_running", 1, "mi", 1609.344),
        ("weight", 176, "lb", 79.83225712),
        ("height", 5.9, "ft", 179.832),
        ("height", 1.8, "m", 180),
        ("blood_oxygen", 0.97, "fraction", 97),
        ("blood_oxygen", 97, "%", 97),
        ("body_fat", 0.21, "fraction", 21),
        ("glucose", 5.5, "mmol/L", 99.1001),
        ("glucose", 5.5, "mmol<180.1558800000541>/L", 99.1001),
        ("calories", 100, "Cal", 100),
        ("calories", 418.4, "kJ", 100),
        ("body_temperature", 98.6, "degF", 37),
        ("body_temperature_delta", 1.8, "degF", 1),
        ("vo2_max", 42.5, "mL/min·kg", 42.5),
        ("environmental_audio_exposure", 70, "dBASPL", 70),
        ("walking_speed", 5.4, "km/hr", 1.5),
        ("ecg_voltage", 250, "mcV", 0.25),
        ("blood_pressure", 16, "kPa", 120.00986923),
        ("physical_effort", 3.5, "kcal/hr·kg", 3.5),
    ],
)
def test_a_value_is_converted(slug: str, value: float, unit: str, canonical: float) -> None:
    assert convert(METRICS[slug], value, unit) == pytest.approx(canonical)


def test_a_percentage_of_health_kit_is_a_fraction() -> None:
    assert convert(METRICS["blood_oxygen"], 0.97, health_kit_unit("%")) == 97
    assert health_kit_unit("count/min") == "count/min"


def test_an_array_is_converted_at_once() -> None:
    converted = convert(METRICS["glucose"], np.array([4.0, 5.0]), "mmol/L")
    assert converted.tolist() == pytest.approx([72.0728, 90.091])


def test_canonical_values_come_back_untouched() -> None:
    values = np.array([0.1, 0.2])
    assert convert(METRICS["steps"], values, "count") is values


def test_a_unit_of_another_quantity_is_refused() -> None:
    with pytest.raises(UnknownUnit, match="heart_rate is measured in bpm"):
        convert(METRICS["heart_rate"], 70, "kg")


def test_plausible_values_lie_within_the_bounds_and_nan_never_does() -> None:
    heart_rate = METRICS["heart_rate"]
    assert is_plausible(heart_rate, 70)
    assert not is_plausible(heart_rate, 0)
    assert not is_plausible(heart_rate, float("nan"))
