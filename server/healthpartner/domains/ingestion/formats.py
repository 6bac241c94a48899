"""The kinds of files that can be imported, and how to tell them by their beginning."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from healthpartner.domains.ingestion.schemas import ImportFormat
from healthpartner.providers.apple_health.export_reader import read_export
from healthpartner.providers.apple_health.manifest import SLUG as APPLE_HEALTH
from healthpartner.providers.archives import is_zip, open_archive
from healthpartner.providers.bodies.reader import bodies_of
from healthpartner.providers.contract import ImportRefused, Limits, OpenImport
from healthpartner.providers.fit.manifest import SLUG as FIT
from healthpartner.providers.fit.reader import read_fit
from healthpartner.providers.fitbit import api as fitbit
from healthpartner.providers.fitbit.fitabase import is_table, read_fitabase
from healthpartner.providers.fitbit.manifest import SLUG as FITBIT
from healthpartner.providers.fitbit.takeout import is_takeout_name, read_takeout
from healthpartner.providers.garmin import api as garmin
from healthpartner.providers.garmin.manifest import SLUG as GARMIN
from healthpartner.providers.gpx.manifest import SLUG as GPX
from healthpartner.providers.gpx.reader import read_gpx
from healthpartner.providers.health_connect.manifest import SLUG as HEALTH_CONNECT
from healthpartner.providers.health_connect.reader import DATABASE_MARK, is_database_name, read_health_connect
from healthpartner.providers.strava import api as strava
from healthpartner.providers.strava.manifest import SLUG as STRAVA
from healthpartner.providers.tcx.manifest import SLUG as TCX
from healthpartner.providers.tcx.reader import read_tcx
from healthpartner.providers.withings import api as withings
from healthpartner.providers.withings.manifest import SLUG as WITHINGS

ENOUGH_BYTES = 4096
_FIT_MARK = slice(8, 12)
_GPX_ROOT = re.compile(rb"<(?:\w+:)?gpx[\s>]")
_TCX_ROOT = re.compile(rb"<(?:\w+:)?TrainingCenterDatabase[\s>]")


@dataclass(frozen=True)
class Format:
    """`provider` is the slug that the samples are stored under."""

    name: ImportFormat
    provider: str
    open: OpenImport


DEFAULT: ImportFormat = "apple_health"
FORMATS: Mapping[ImportFormat, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            Format("apple_health", APPLE_HEALTH, read_export),
            Format("fit", FIT, read_fit),
            Format("fitbit_takeout", FITBIT, read_takeout),
            Format("health_connect", HEALTH_CONNECT, read_health_connect),
            Format("fitabase", FITBIT, read_fitabase),
            Format("fitbit_api", FITBIT, fitbit.read_fitbit_api),
            Format("withings_api", WITHINGS, withings.read_withings),
            Format("garmin_connect", GARMIN, garmin.read_garmin),
            Format("strava_api", STRAVA, strava.read_strava),
            Format("gpx", GPX, read_gpx),
            Format("tcx", TCX, read_tcx),
        )
    }
)


_BEGINNINGS: Mapping[ImportFormat, Callable[[bytes], object]] = MappingProxyType(
    {
        "fit": lambda beginning: beginning[_FIT_MARK] == b".FIT",
        "health_connect": lambda beginning: beginning.startswith(DATABASE_MARK),
        "fitabase": is_table,
        "gpx": _GPX_ROOT.search,
        "tcx": _TCX_ROOT.search,
    }
)
_BODIES: Mapping[ImportFormat, Callable[[Any], bool]] = MappingProxyType(
    {
        "withings_api": withings.is_body,
        "garmin_connect": garmin.is_body,
        "strava_api": strava.is_body,
        "fitbit_api": fitbit.is_body,
    }
)


def format_named(name: str) -> Format:
    return next(each for each in FORMATS.values() if each.name == name)


def format_of(path: Path, declared: ImportFormat | None) -> Format:
    """The declared one, else by what the file shows; its reader judges whether it really is one."""
    return FORMATS[declared or _shown(path)]


def _shown(path: Path) -> ImportFormat:
    with path.open("rb") as file:
        beginning = file.read(ENOUGH_BYTES)
    if is_zip(beginning):
        return _shown_by_names(path)
    if beginning.lstrip()[:1] in {b"{", b"["}:
        return _shown_by_body(path)
    return next((name for name, shows in _BEGINNINGS.items() if shows(beginning)), DEFAULT)


def _shown_by_names(path: Path) -> ImportFormat:
    """Archives are told by what is in them; one that cannot be opened is left to a reader, who says why."""
    try:
        with open_archive(path, Limits()) as archive:
            names = [member.filename for member in archive.members]
    except ImportRefused:
        return DEFAULT
    if any(map(is_database_name, names)):
        return "health_connect"
    return "fitbit_takeout" if any(map(is_takeout_name, names)) else DEFAULT


def _shown_by_body(path: Path) -> ImportFormat:
    """Raises ImportRefused for what is no JSON, and for a body that no mapping knows."""
    for body in bodies_of(path):
        for name, is_body in _BODIES.items():
            if is_body(body):
                return name
    raise ImportRefused("unsupported_format", "The JSON is no answer of a provider that is known here.")
