"""What sources say of a day's sleep without saying when. Nights with their times are sessions, not samples."""

from functools import partial

from healthpartner.canonical.metric import define
from healthpartner.canonical.unit_families import MINUTES

_sleep = partial(define, domain="sleep")

# One sample is a whole day's figure, so a later statement takes its place and nothing is added up.
SLEEP = (
    _sleep(
        701, "time_asleep", "Time asleep", MINUTES, "last", (0, 1_440),
        "Time asleep in a day, all sleep of it together, as a source says it without clock times.", loinc="93832-4",
    ),
    _sleep(
        702, "time_in_bed", "Time in bed", MINUTES, "last", (0, 1_440),
        "Time in bed in a day, asleep or not, as a source says it without clock times.",
    ),
)  # fmt: skip
