"""Every kind of entry that has an id, by the name of its list."""

from healthpartner.domains.metrics.activity.entry import ENTRY as ACTIVITY
from healthpartner.domains.metrics.body.entry import ENTRY as BODY
from healthpartner.domains.metrics.sleep.entry import ENTRY as SLEEP
from healthpartner.domains.metrics.timeseries.entry import ENTRY as TIMESERIES
from healthpartner.domains.metrics.workouts.entry import ENTRY as WORKOUTS

KINDS = (ACTIVITY, BODY, SLEEP, WORKOUTS, TIMESERIES)
