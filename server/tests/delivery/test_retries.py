"""The retry schedule, on plain values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.delivery.retries import DELAYS, MAXIMUM_ATTEMPTS, WINDOW, next_attempt

CREATED = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "delay"), list(enumerate(DELAYS, start=1)))
def test_the_nominal_delays_are_those_of_the_contract(attempts: int, delay: timedelta) -> None:
    assert next_attempt(attempts, CREATED, CREATED, 0.5) == CREATED + delay


def test_after_the_seventh_attempt_the_delivery_has_failed() -> None:
    assert next_attempt(MAXIMUM_ATTEMPTS, CREATED, CREATED, 0.5) is None


@given(st.integers(1, MAXIMUM_ATTEMPTS - 1), st.floats(0, 47.9), st.floats(0, 1))
def test_the_next_attempt_lies_within_the_jitter_and_never_behind_the_window(
    attempts: int, hours: float, chance: float
) -> None:
    now, delay = CREATED + timedelta(hours=hours), DELAYS[attempts - 1]

    at = next_attempt(attempts, now, CREATED, chance)

    assert at is not None
    assert at == CREATED + WINDOW or now + 0.79 * delay <= at <= now + 1.21 * delay
    assert now < at <= CREATED + WINDOW


@given(st.lists(st.floats(0, 1), min_size=MAXIMUM_ATTEMPTS, max_size=MAXIMUM_ATTEMPTS))
def test_all_seven_attempts_fit_into_the_window_whatever_the_jitter(chances: list[float]) -> None:
    now: datetime | None = CREATED
    made = 0
    while now is not None:
        made += 1
        now = next_attempt(made, now, CREATED, chances[made - 1])

    assert made == MAXIMUM_ATTEMPTS


def test_an_attempt_at_the_end_of_the_window_is_the_last() -> None:
    assert next_attempt(2, CREATED + WINDOW, CREATED, 0.5) is None
