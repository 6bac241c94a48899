"""When the circuit of a destination opens: it has taken nothing for some time. Then events that were never tried wait for
a probe to succeed; retries keep their times. The store keeps the state, with the results that it follows from.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct

FAILURES_IN_A_ROW = 3
FAILING_FOR = timedelta(minutes=5)
PROBE_EVERY = timedelta(minutes=1)
EXHAUSTED_TOLD_EVERY = timedelta(days=1)

# A destination that says this is well; the event does not fit it.
_FAULTS_OF_THE_EVENT = frozenset({"too_large"})


class Strike(Struct, frozen=True, kw_only=True):
    """What the attempts of one batch say about their destination. One success outweighs all failures."""

    failures: int
    outcome: str | None
    delivered: bool
    exhausted: bool


def strike_of(attempts: Sequence[Any]) -> Strike:
    delivered = any(attempt.state == "delivered" for attempt in attempts)
    failed = [attempt.outcome for attempt in attempts if attempt.outcome not in _FAULTS_OF_THE_EVENT]
    return Strike(
        failures=0 if delivered else len(failed),
        outcome=failed[-1] if failed and not delivered else None,
        delivered=delivered,
        exhausted=any(attempt.state == "failed" for attempt in attempts),
    )
