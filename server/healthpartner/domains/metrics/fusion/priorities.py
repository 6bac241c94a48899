"""Whose measurement counts where sources overlap: the order of sources, metric by metric."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import SampleSource

DeviceKind = Literal["strap", "watch", "band", "ring", "scale", "phone", "unknown"]
Rank = tuple[int, int, int, str, str]
DEVICE_KINDS: tuple[DeviceKind, ...] = ("strap", "watch", "band", "ring", "scale", "phone", "unknown")

# The partner's own statement, then what a vendor measured, then health stores of phones, which hold copies of both.
PARTNER = "partner"
COLLECTORS = frozenset(
    {"apple_health", "apple_health_kit", "health_connect", "google_fit", "google_takeout", "samsung_health"}
)

_WORDS: Mapping[DeviceKind, re.Pattern[str]] = MappingProxyType(
    {
        "strap": re.compile(r"strap|chest|\bh10\b|\bh9\b|hrm|tickr|verity", re.IGNORECASE),
        "watch": re.compile(
            r"watch|fenix|forerunner|venu|vivoactive|instinct|epix|versa|sense|ionic|vantage|suunto|coros|amazfit",
            re.IGNORECASE,
        ),
        "band": re.compile(r"band|charge|inspire|luxe|vivosmart|whoop|loop", re.IGNORECASE),
        "ring": re.compile(r"ring|oura|ultrahuman", re.IGNORECASE),
        "scale": re.compile(r"scale|index s|body\+|body cardio|aria|renpho|eufy|withings body", re.IGNORECASE),
        "phone": re.compile(r"phone|pixel \d|galaxy [sa]\d|android|mobile", re.IGNORECASE),
    }
)

# What a provider's devices are, where their names do not say.
_OF_PROVIDERS: Mapping[str, DeviceKind] = MappingProxyType(
    {
        "coros": "watch",
        "fitbit": "watch",
        "garmin": "watch",
        "polar": "watch",
        "suunto": "watch",
        "whoop": "band",
        "oura": "ring",
        "ultrahuman": "ring",
        "withings": "scale",
        "renpho": "scale",
        "eufy": "scale",
    }
)

WORN: tuple[DeviceKind, ...] = ("watch", "band", "ring", "strap", "unknown", "phone", "scale")
_HEART: tuple[DeviceKind, ...] = ("strap", "watch", "ring", "band", "unknown", "phone", "scale")
NIGHT: tuple[DeviceKind, ...] = ("ring", "watch", "band", "strap", "unknown", "phone", "scale")
_BODY: tuple[DeviceKind, ...] = ("scale", "unknown", "watch", "band", "ring", "phone", "strap")
_AT_REST = frozenset({"hrv", "hrv_sdnn", "resting_heart_rate", "respiratory_rate", "body_temperature_delta"})
_OF_THE_HEART = frozenset({"heart_rate", "walking_heart_rate", "heart_rate_recovery", "ecg_voltage"})
# Behind every name of an order, also of another metric's: days are ranked over several.
_NOT_CHOSEN = 1_000_000


@lru_cache(4096)
def device_kind(source: SampleSource) -> DeviceKind:
    """By the words in the device's name, else by what the provider makes."""
    named = next((kind for kind, words in _WORDS.items() if words.search(source.device or "")), None)
    return named or _OF_PROVIDERS.get(source.provider, "unknown")


def device_order(metric: Metric) -> tuple[DeviceKind, ...]:
    if metric.domain == "body":
        return _BODY
    if metric.domain == "sleep" or metric.slug in _AT_REST:
        return NIGHT
    return _HEART if metric.slug in _OF_THE_HEART else WORN


def rank(metric: Metric, source: SampleSource, preferred: Sequence[str] = ()) -> Rank:
    """Sorts sources, the one that counts most first; nothing but the source and the tenant's order decides."""
    return rank_by(device_order(metric), source, preferred)


def rank_by(devices: Sequence[DeviceKind], source: SampleSource, preferred: Sequence[str] = ()) -> Rank:
    """As `rank`, by an order of devices."""
    kind = device_kind(source)
    names = (source.provider, PARTNER if _is_partner(source) else "", kind)
    chosen = next((place for place, name in enumerate(preferred) if name in names), _NOT_CHOSEN)
    origin = 0 if _is_partner(source) else 2 if source.provider in COLLECTORS else 1
    return chosen, origin, devices.index(kind), source.provider, source.device or ""


def _is_partner(source: SampleSource) -> bool:
    return source.provider.startswith(f"{PARTNER}:")
