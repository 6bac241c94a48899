"""Measures of scales, cuffs and watches: groups of what was measured at one moment."""

from typing import Any

from msgspec import Struct, field

from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.bodies.reader import entries
from healthpartner.providers.instants import offset_at

_DETAIL = "measuregrps"
_A_MEASUREMENT = 1
# A scale was not sure whose it is.
_AMBIGUOUS = {1, 4}
_METRICS = {
    1: ("weight", 1.0),
    4: ("height", 100.0),
    5: ("lean_mass", 1.0),
    6: ("body_fat", 1.0),
    11: ("heart_rate", 1.0),
    12: ("body_temperature", 1.0),
    54: ("blood_oxygen", 1.0),
    71: ("body_temperature", 1.0),
    76: ("muscle_mass", 1.0),
    77: ("body_water_mass", 1.0),
    88: ("bone_mass", 1.0),
    123: ("vo2_max", 1.0),
    170: ("visceral_fat", 1.0),
    226: ("basal_metabolic_rate", 1.0),
}
_DIASTOLIC, _SYSTOLIC = 9, 10
_FARTHEST = 12
# Beside none at all; other positions are parts of the body.
_WHOLE_BODY = 7


class Measure(Struct):
    """`position` is a part of the body, where it is not all of it."""

    value: int
    type: int
    unit: int
    position: int | None = None


class Group(Struct):
    date: int
    measures: list[Measure]
    category: int = _A_MEASUREMENT
    attrib: int | None = None
    model: str | None = None
    timezone: str | None = field(default=None)


def take_groups(found: Any, zone: str | None, collected: Collected) -> None:
    for group in entries(found, Group, _DETAIL, collected):
        if group.category != _A_MEASUREMENT:
            collected.passed_over(_DETAIL, "goal")
        elif group.attrib in _AMBIGUOUS:
            collected.passed_over(_DETAIL, "ambiguous_person")
        else:
            collected.entry(_DETAIL, *_take(group, group.timezone or zone, collected))


def _take(group: Group, zone: str | None, collected: Collected) -> list[bool]:
    ms = group.date * 1000
    offset = offset_at(ms, zone) if zone and 0 <= ms < 1 << 43 else None
    whole = {measure.type: _number(measure) for measure in group.measures if _is_whole(measure)}
    kept = [
        collected.sample(metric, ms, value * factor, offset=offset, device=group.model)
        for kind, value in whole.items()
        if kind in _METRICS and value is not None
        for metric, factor in [_METRICS[kind]]
    ]
    systolic, diastolic = whole.get(_SYSTOLIC), whole.get(_DIASTOLIC)
    if systolic is not None and diastolic is not None:
        kept.append(
            collected.sample("blood_pressure", ms, systolic, second=diastolic, offset=offset, device=group.model)
        )
    return kept


def _is_whole(measure: Measure) -> bool:
    return measure.position in {None, _WHOLE_BODY}


def _number(measure: Measure) -> float | None:
    """72.55 is written as 7255 with the unit -2; dividing keeps it exact."""
    if abs(measure.unit) > _FARTHEST or abs(measure.value) > 1 << 53:
        return None
    return measure.value / 10**-measure.unit if measure.unit < 0 else float(measure.value * 10**measure.unit)
