"""The kinds of files that can be imported, and how to tell them by their beginning."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from healthpartner.domains.ingestion.schemas import ImportFormat
from healthpartner.providers.apple_health.export_reader import read_export
from healthpartner.providers.apple_health.manifest import SLUG as APPLE_HEALTH
from healthpartner.providers.contract import ImportRefused, OpenImport

ENOUGH_BYTES = 4096
_FIT_MARK = slice(8, 12)
_ACTIVITY_XML = re.compile(rb"<(?:gpx|TrainingCenterDatabase)[\s>]", re.IGNORECASE)


@dataclass(frozen=True)
class Format:
    """`provider` is the slug that the samples are stored under."""

    name: ImportFormat
    provider: str
    open: OpenImport


DEFAULT: ImportFormat = "apple_health"
FORMATS: Mapping[ImportFormat, Format] = MappingProxyType(
    {"apple_health": Format("apple_health", APPLE_HEALTH, read_export)}
)


def format_of(path: Path, declared: ImportFormat | None) -> Format:
    """Raises ImportRefused for a file of a kind that we know and cannot import; the reader judges all others."""
    with path.open("rb") as file:
        beginning = file.read(ENOUGH_BYTES)
    if beginning[_FIT_MARK] == b".FIT" or _ACTIVITY_XML.search(beginning):
        raise ImportRefused(
            "unsupported_format", "FIT, TCX and GPX files cannot be imported; send an Apple Health export."
        )
    return FORMATS[declared or DEFAULT]
