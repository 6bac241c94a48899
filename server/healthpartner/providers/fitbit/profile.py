"""The person's profile in the archive, of which the time zone is used and nothing else."""

import csv
import io

from healthpartner.providers.instants import zone_of

PROFILE = "profile.csv"


def read_zone(content: bytes) -> str | None:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace")))
    try:
        row = next(rows, None)
    except csv.Error:
        return None
    zone = ((row or {}).get("timezone") or "").strip()
    return zone if zone and zone_of(zone) is not None else None
