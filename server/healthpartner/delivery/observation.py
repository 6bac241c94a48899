"""What operators see of deliveries: a log line and metrics for each attempt, without body, secret or foreign words."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import structlog

from healthpartner.core import telemetry
from healthpartner.delivery.sending import Attempt, Target

UNINTERRUPTED = 10

_log = structlog.get_logger(__name__)


async def observe(target: Target | None, attempts: Sequence[Attempt]) -> None:
    """For the attempts of one lane, which share stream and kind. A long batch holds nobody up."""
    if not attempts:
        return
    kind, stream = "unusable" if target is None else target.kind, attempts[0].delivery["stream"]
    duration, lag = telemetry.attempt_duration_seconds.labels(kind), telemetry.delivery_lag_seconds.labels(stream)
    log = _log.bind(stream=stream, kind=kind)
    for number, attempt in enumerate(attempts, 1):
        if number % UNINTERRUPTED == 0:
            await asyncio.sleep(0)
        duration.observe(attempt.latency_ms / 1000)
        if attempt.state == "delivered":
            lag.observe((attempt.attempted_at - attempt.delivery["occurred_at"]).total_seconds())
        log.info(
            "delivery attempt",
            event_id=str(attempt.delivery["event_id"]),
            outcome=attempt.outcome,
            attempt=attempt.delivery["attempts"] + 1,
            latency_ms=attempt.latency_ms,
            given_up=attempt.state == "failed",
        )
    if given_up := sum(attempt.state == "failed" for attempt in attempts):
        telemetry.deliveries_given_up_total.labels(stream, kind).inc(given_up)
    for outcome, number in Counter(attempt.outcome for attempt in attempts).items():
        telemetry.deliveries_total.labels(stream, kind, outcome).inc(number)
