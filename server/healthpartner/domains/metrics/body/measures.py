"""Which metric each measure of an entry is."""

from collections.abc import Mapping
from types import MappingProxyType

from healthpartner.canonical.metrics import METRICS, Metric

MEASURES: Mapping[str, Metric] = MappingProxyType(
    {
        "weight_kg": METRICS["weight"],
        "bmi": METRICS["bmi"],
        "body_fat_percent": METRICS["body_fat"],
        "body_water_percent": METRICS["body_water"],
        "muscle_mass_kg": METRICS["muscle_mass"],
        "lean_mass_kg": METRICS["lean_mass"],
        "visceral_fat": METRICS["visceral_fat"],
        "waist_circumference_cm": METRICS["waist_circumference"],
    }
)
CODES = [metric.code for metric in MEASURES.values()]
