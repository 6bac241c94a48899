"""What a policy may ask for, and which days it reaches."""

from datetime import date
from typing import Any

import pytest

from healthpartner.core.errors import ValidationFailed
from healthpartner.domains.metrics.retention import rules
from healthpartner.domains.metrics.retention.schemas import Retention

TODAY = date(2026, 3, 14)


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"thin_after_days": 31},
        {"daily_after_days": 31, "delete_after_days": 32},
        {"thin_after_days": 90, "daily_after_days": 365, "delete_after_days": 3650},
    ],
)
def test_ages_that_rise_are_fine_and_each_may_be_left_out(policy: dict[str, Any]) -> None:
    rules.check(Retention(**policy))


@pytest.mark.parametrize(
    ("policy", "fields"),
    [
        ({"thin_after_days": 30}, {"thin_after_days"}),
        ({"delete_after_days": 0}, {"delete_after_days"}),
        ({"delete_after_days": 40_000}, {"delete_after_days"}),
        ({"thin_after_days": 90, "daily_after_days": 90}, {"daily_after_days"}),
        ({"thin_after_days": 90, "delete_after_days": 60}, {"delete_after_days"}),
        ({"daily_after_days": 365, "delete_after_days": 100}, {"delete_after_days"}),
    ],
)
def test_ages_that_are_too_young_or_do_not_rise_are_refused(policy: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        rules.check(Retention(**policy))

    assert {detail.field for detail in refused.value.details} == fields


def test_a_day_is_reached_once_it_is_older_than_the_age() -> None:
    edges = rules.edges(Retention(thin_after_days=31, span="five_minute", delete_after_days=365), TODAY)

    assert (edges.thinned, edges.daily, edges.gone) == (date(2026, 2, 11), None, date(2025, 3, 14))
    assert (edges.span_minutes, edges.first_touched) == (5, date(2026, 2, 11))
    assert rules.edges(Retention(), TODAY)[:3] == (None, None, None)
