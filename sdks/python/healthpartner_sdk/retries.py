"""When a call is made again, and after how long."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from healthpartner_sdk.calls import Call

# 409 is what the API answers while the first request with the same key is still under way.
TEMPORARY = frozenset({429, 500, 502, 503, 504})
IN_FLIGHT = 409
IN_FLIGHT_CODE = b'"idempotency_key_in_use"'


@dataclass(frozen=True)
class RetryPolicy:
    """Waits twice as long each time, a little by chance, and as long as the API says where it says so."""

    most_retries: int = 3
    first_seconds: float = 0.25
    longest_seconds: float = 30.0
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def after_failure(self, call: Call, retries: int) -> float | None:
        """Seconds to wait after no answer came; None to give up."""
        if retries >= self.most_retries or not call.is_repeatable:
            return None
        return self._backoff(retries)

    def after_answer(
        self, call: Call, retries: int, status: int, headers: Mapping[str, str], content: bytes
    ) -> float | None:
        """Seconds to wait before asking again; None when this answer is final."""
        if retries >= self.most_retries or not _is_temporary(call, status, content):
            return None
        told = headers.get("retry-after", "")
        return float(told) if told.isdigit() and float(told) <= self.longest_seconds else self._backoff(retries)

    def _backoff(self, retries: int) -> float:
        seconds: float = min(self.longest_seconds, self.first_seconds * 2.0**retries)
        return seconds * (0.75 + 0.5 * self.chance())


def _is_temporary(call: Call, status: int, content: bytes) -> bool:
    if status == IN_FLIGHT:
        return call.keyed and IN_FLIGHT_CODE in content
    # A refusal to serve was not acted on; other failures may have been.
    return status in TEMPORARY and (call.is_repeatable or status in {429, 503})
