"""Whose measurement counts where sources overlap: the order of sources, metric by metric."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal
from unicodedata import combining, normalize

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


def _words(of_kind: str) -> re.Pattern[str]:
    """Whole words: people's names are in the names of devices, and a number may follow at once."""
    return re.compile(rf"(?<![^\W\d_])(?:{of_kind})(?![^\W\d_])", re.IGNORECASE)


_WORDS: Mapping[DeviceKind, re.Pattern[str]] = MappingProxyType(
    {
        "strap": _words(r"(?:chest)?strap|chest|h10|h9|hrm|tickr|verity"),
        "watch": _words(
            r"[a-z]*watch|fenix|forerunner|venu|vivoactive|instinct|epix|versa|sense|ionic|vantage|suunto|coros|amazfit"
        ),
        "band": _words(r"(?:arm|fit|mi|smart|sport|wrist)?band|charge|inspire|luxe|vivosmart|whoop|loop"),
        "ring": _words(r"(?:smart)?ring|ringconn|oura|ultrahuman"),
        "scale": _words(r"(?:smart)?scales?|index s|body\+|body cardio|aria|renpho|eufy|withings body"),
        "phone": _words(r"(?:smart)?phone|pixel \d+[a-z]?|galaxy [sa]\d|android|mobile"),
    }
)
_IPHONE = _words("iphone")
# "OuraRing" is two words, and so is "HRMPro".
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Whose it is says nothing about what it is: "Aria's Watch", "James' Watch", "Watch von Aria".
_OWNER = re.compile(r"^.*?(?:['’]s|s['’])\s+(?=\S)|(?<=\S)\s+(?:von|van|de|di|av)\s.*$", re.IGNORECASE)

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
    return _named(source.device or "") or _OF_PROVIDERS.get(source.provider, "unknown")


def _named(device: str) -> DeviceKind | None:
    # Garmin writes "fēnix" and "vívoactive".
    plain = "".join(each for each in normalize("NFKD", device) if not combining(each))
    if _IPHONE.search(plain):
        return "phone"
    name = _JOINT.sub(" ", _OWNER.sub("", plain))
    return next((kind for kind, words in _WORDS.items() if words.search(name)), None)


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
    names = (source.provider, PARTNER if is_partner(source) else "", kind)
    chosen = next((place for place, name in enumerate(preferred) if name in names), _NOT_CHOSEN)
    origin = 0 if is_partner(source) else 2 if source.provider in COLLECTORS else 1
    return chosen, origin, devices.index(kind), source.provider, source.device or ""


def is_partner(source: SampleSource) -> bool:
    return source.provider.startswith(f"{PARTNER}:")
