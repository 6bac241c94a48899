"""Figures of a workout out of the texts that Apple writes them in, with their units."""

from collections.abc import Iterable, Mapping

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.units import UnknownUnit, convert, health_kit_unit
from healthpartner.providers.numbers import finite

_QUANTITY = "HKQuantityTypeIdentifier"
_MOST = 1e7

# HealthKit's type: (metric whose units it has, {attribute: figure}).
_FIGURES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    **{
        kind: ("distance", {"sum": "distance_meters"})
        for kind in (
            "DistanceWalkingRunning",
            "DistanceCycling",
            "DistanceSwimming",
            "DistanceWheelchair",
            "DistanceDownhillSnowSports",
            "DistanceRowing",
            "DistancePaddleSports",
            "DistanceCrossCountrySkiing",
            "DistanceSkatingSports",
        )
    },
    "ActiveEnergyBurned": ("calories", {"sum": "active_calories"}),
    "BasalEnergyBurned": ("calories", {"sum": "basal"}),
    "StepCount": ("steps", {"sum": "steps"}),
    "SwimmingStrokeCount": ("swimming_strokes", {"sum": "swim_strokes"}),
    "HeartRate": (
        "heart_rate",
        {"minimum": "heart_rate_min", "average": "heart_rate_mean", "maximum": "heart_rate_max"},
    ),
    "RunningPower": ("power", {"average": "average_power_watts", "maximum": "max_power_watts"}),
    "CyclingPower": ("power", {"average": "average_power_watts", "maximum": "max_power_watts"}),
    "RunningSpeed": ("speed", {"average": "average_speed", "maximum": "max_speed"}),
    "CyclingSpeed": ("speed", {"average": "average_speed", "maximum": "max_speed"}),
    "CyclingCadence": ("cycling_cadence", {"average": "average_cadence"}),
}


def figures_of(statistics: Iterable[Mapping[str, str]]) -> dict[str, float]:
    """By the names of `WorkoutFigures`."""
    found: dict[str, float] = {}
    for each in statistics:
        metric, figures = _FIGURES.get(each.get("type", "").removeprefix(_QUANTITY), ("", {}))
        for attribute, figure in figures.items():
            value = amount(metric, each.get(attribute, ""), each.get("unit", ""))
            if value is not None:
                found[figure] = value
    basal = found.pop("basal", None)
    if basal is not None and "active_calories" in found:
        found["total_calories"] = found["active_calories"] + basal
    return found


def amount(metric: str, text: str, unit: str) -> float | None:
    """In the metric's own unit; None for what is no amount."""
    value = finite(text)
    if value is None:
        return None
    try:
        value = convert(METRICS[metric], value, health_kit_unit(unit))
    except UnknownUnit:
        return None
    return value if -_MOST < value < _MOST else None


def measure(metric: str, text: str) -> float | None:
    """`1234 cm`, as details write it."""
    value, _, unit = text.strip().partition(" ")
    return amount(metric, value, unit)
