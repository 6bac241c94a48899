"""Bodies of Withings' API: measures, days, minutes, nights, workouts."""

from typing import Any

from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.bodies.reader import opener
from healthpartner.providers.withings.days import take_days, take_minutes
from healthpartner.providers.withings.manifest import SLUG
from healthpartner.providers.withings.measures import take_groups
from healthpartner.providers.withings.sessions import take_nights, take_stages, take_workouts


def is_body(found: Any) -> bool:
    """Measures also come as a bare list of their groups."""
    if isinstance(found, dict):
        return isinstance(found.get("body"), dict) and "status" in found
    return isinstance(found, list) and bool(found) and isinstance(found[0], dict) and "measures" in found[0]


def take_body(found: Any, collected: Collected) -> bool:
    if isinstance(found, list):
        take_groups(found, None, collected)
        return is_body(found)
    if not isinstance(found, dict):
        return False
    inner = found.get("body")
    body: dict[str, Any] = inner if isinstance(inner, dict) else found
    zone = body.get("timezone") if isinstance(body.get("timezone"), str) else None
    if "measuregrps" in body:
        take_groups(body["measuregrps"], zone, collected)
    elif "activities" in body:
        take_days(body["activities"], collected)
    elif "series" in body:
        _take_series(body["series"], collected)
    else:
        # Devices and subscriptions.
        collected.passed_over(next(iter(body), "empty"))
    return True


def _take_series(series: Any, collected: Collected) -> None:
    if isinstance(series, dict):
        take_minutes(series, collected)
        return
    first = next((each for each in series if isinstance(each, dict)), {}) if isinstance(series, list) else {}
    if "state" in first:
        take_stages(series, collected)
    elif "category" in first:
        take_workouts(series, collected)
    else:
        take_nights(series, collected)


read_withings = opener(SLUG, take_body)
