"""What a metric is: its identity, its canonical unit, its plausible range, and how other vocabularies call it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

Aggregation = Literal["sum", "mean", "last"]
Conversion = tuple[float, float]
"""(factor, offset): canonical = value * factor + offset."""

HEALTH_KIT_QUANTITY = "HKQuantityTypeIdentifier"


class UnitFamily(Struct, frozen=True, eq=False):
    """One canonical unit with every other spelling that converts to it."""

    canonical: str
    ucum: str
    accepted: Mapping[str, Conversion]


class Metric(Struct, frozen=True, eq=False):
    """One measurable quantity.

    `code` identifies it in storage: it fits a smallint, never changes and is never reused.
    `minimum` and `maximum` bound plausible values in the canonical unit; what lies outside is a mistake, not a record.
    `units` maps each accepted spelling, the canonical one included, to its (factor, offset).
    `components` names the values of one sample, in order; `health_kit` follows that order where there are two.
    `health_connect` names the record type, with `.field` where one record carries several quantities.
    """

    slug: str
    code: int
    name: str
    description: str
    domain: str
    unit: str
    ucum: str
    aggregation: Aggregation
    minimum: float
    maximum: float
    units: Mapping[str, Conversion]
    components: tuple[str, ...] = ("value",)
    health_kit: tuple[str, ...] = ()
    health_connect: tuple[str, ...] = ()
    loinc: str | None = None

    @property
    def has_second(self) -> bool:
        """Whether a sample holds two values, such as systolic and diastolic."""
        return len(self.components) > 1


def family(canonical: str, ucum: str, accepted: Mapping[str, float | Conversion] | None = None) -> UnitFamily:
    """A unit family; a bare number in `accepted` is a factor without an offset."""
    table: dict[str, Conversion] = {canonical: (1.0, 0.0), ucum: (1.0, 0.0)}
    for spelling, conversion in (accepted or {}).items():
        table[spelling] = conversion if isinstance(conversion, tuple) else (float(conversion), 0.0)
    return UnitFamily(canonical, ucum, MappingProxyType(table))


def define(
    code: int,
    slug: str,
    name: str,
    units: UnitFamily,
    aggregation: Aggregation,
    bounds: tuple[float, float],
    description: str,
    *,
    domain: str,
    components: tuple[str, ...] = ("value",),
    health_kit: tuple[str, ...] = (),
    health_connect: tuple[str, ...] = (),
    loinc: str | None = None,
) -> Metric:
    """A catalogue entry; HealthKit quantity types are named without their long prefix."""
    return Metric(
        slug=slug,
        code=code,
        name=name,
        description=description,
        domain=domain,
        unit=units.canonical,
        ucum=units.ucum,
        aggregation=aggregation,
        minimum=bounds[0],
        maximum=bounds[1],
        units=units.accepted,
        components=components,
        health_kit=tuple(each if each.startswith("HK") else HEALTH_KIT_QUANTITY + each for each in health_kit),
        health_connect=health_connect,
        loinc=loinc,
    )
