"""Which items of a call are sound, and what they become."""

from healthpartner.canonical.samples import DAY_MS
from healthpartner.canonical.sports import SPORTS
from healthpartner.canonical.workouts import Workout, WorkoutFigures
from healthpartner.domains.metrics.items.schemas import ItemError
from healthpartner.domains.metrics.sessions.rules import bounds_of, heart_rate_fault, text_fault
from healthpartner.domains.metrics.sessions.schemas import HeartRate
from healthpartner.domains.metrics.workouts.schemas import WorkoutItem

LONGEST_MS = 7 * DAY_MS


def examine(item: WorkoutItem, now_ms: int) -> Workout | ItemError:
    if item.sport.slug not in SPORTS:
        return ItemError("unknown_value", "one of GET /v1/activity-types is needed", "sport.slug")
    found = bounds_of(item.start, item.end, now_ms, LONGEST_MS)
    if isinstance(found, ItemError):
        return found
    fault = heart_rate_fault(item.heart_rate) or text_fault(client_id=item.client_id, title=item.title)
    if fault:
        return fault
    return Workout(
        found.start_ms,
        found.end_ms,
        item.sport.slug,
        offset_minutes=found.start_offset if found.start_offset is not None else found.end_offset,
        title=item.title,
        external_id=item.client_id,
        figures=_figures(item),
    )


def _figures(item: WorkoutItem) -> WorkoutFigures:
    heart_rate = item.heart_rate or HeartRate()
    return WorkoutFigures(
        distance_meters=item.distance_meters,
        active_calories=item.active_calories,
        heart_rate_min=heart_rate.min,
        heart_rate_mean=heart_rate.mean,
        heart_rate_max=heart_rate.max,
        heart_rate_resting=heart_rate.resting,
        elevation_gain_meters=item.elevation_gain_meters,
        average_power_watts=item.average_power_watts,
    )
