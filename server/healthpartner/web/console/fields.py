"""What forms of several pages have in common."""

from healthpartner.core.errors import invalid
from healthpartner.web.console.visit import Visit

GRACES = {"0": "at once", "3600": "after an hour", "86400": "after a day", "604800": "after a week"}


def grace_of(visit: Visit) -> int:
    """Seconds for which what is replaced stays valid."""
    chosen = visit.form.get("grace", "")
    if chosen not in GRACES:
        raise invalid("grace", "unknown_value", "Choose one of the times.")
    return int(chosen)
