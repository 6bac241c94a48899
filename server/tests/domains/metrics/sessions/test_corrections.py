"""Which sessions their source has corrected."""

from itertools import permutations
from typing import NamedTuple
from uuid import UUID

from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.metrics.sessions.corrections import corrections


class Held(NamedTuple):
    sample_id: UUID
    source_id: int
    accepted: int
    start_ms: int
    source: SampleSource


def held(accepted: int, start_ms: int = 0, *, source: int = 1, provider: str = "partner:acme") -> Held:
    return Held(UUID(int=accepted * 10 + source), source, accepted, start_ms, SampleSource(provider))


def start_ms(each: Held) -> int:
    return each.start_ms


def corrected(*items: Held) -> dict[int, int]:
    """By the numbers under which they were accepted."""
    numbers = {each.sample_id: each.accepted for each in items}
    found = corrections(items, start_ms)
    for order in permutations(items):
        assert corrections(order, start_ms) == found
    return {numbers[old]: by.accepted for old, by in found.items()}


def test_the_last_of_one_start_counts() -> None:
    assert corrected(held(1), held(2), held(3)) == {1: 3, 2: 3}


def test_another_start_or_another_source_corrects_nothing() -> None:
    assert corrected(held(1), held(2, 1), held(3, source=2)) == {}


def test_copies_that_grew_at_a_vendor_stay_as_they_are() -> None:
    assert corrected(held(1, provider="apple_health"), held(2, provider="apple_health")) == {}


def test_of_what_came_before_the_order_was_kept_nothing_corrects_anything() -> None:
    before = [held(0), held(0)._replace(sample_id=UUID(int=77))]

    assert corrections(before, start_ms) == {}
    assert corrections([*before, held(1)], start_ms) == {each.sample_id: held(1) for each in before}


def test_what_counts_in_the_end_is_not_corrected_itself() -> None:
    items = [held(1), held(2), held(3)]

    found = corrections(items, start_ms, lambda later, earlier: later.accepted == earlier.accepted + 1)

    assert {each.accepted for each in found.values()} == {3}
    assert len(found) == 2
