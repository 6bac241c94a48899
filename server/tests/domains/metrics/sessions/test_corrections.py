"""Which sessions their source has corrected."""

from itertools import permutations
from typing import NamedTuple
from uuid import UUID

from healthpartner.canonical.sleep import SleepSession
from healthpartner.domains.metrics.sessions.corrections import corrections


class Held(NamedTuple):
    sample_id: UUID
    source_id: int
    accepted: int
    session: SleepSession


def held(
    accepted: int, start: int = 0, end: int = 9, *, source: int = 1, name: str | None = "", updated: int | None = None
) -> Held:
    external_id = None if name is None else name or str(accepted)
    session = SleepSession(start, end, external_id=external_id, updated_ms=updated)
    return Held(UUID(int=accepted * 10 + source), source, accepted, session)


def corrected(*items: Held) -> dict[int, int]:
    """By the numbers under which they were accepted."""
    numbers = {each.sample_id: each.accepted for each in items}
    found = corrections(items, lambda each: each.session)
    for order in permutations(items):
        assert corrections(order, lambda each: each.session) == found
    return {numbers[old]: by.accepted for old, by in found.items()}


def test_the_last_of_one_start_counts_whatever_its_length() -> None:
    assert corrected(held(1, end=9), held(2, end=5), held(3, end=7)) == {1: 3, 2: 3}


def test_another_start_or_another_source_corrects_nothing() -> None:
    assert corrected(held(1), held(2, start=1), held(3, source=2)) == {}


def test_copies_without_an_id_and_what_has_a_clock_of_its_own_stay_as_they_are() -> None:
    assert corrected(held(1, name=None), held(2, name=None), held(3)) == {}
    assert corrected(held(1, updated=5), held(2, updated=4), held(3)) == {}


def test_of_what_came_before_the_order_was_kept_nothing_corrects_anything() -> None:
    before = [held(0, source=1, name="a"), held(0, source=1, name="b")._replace(sample_id=UUID(int=77))]

    assert corrections(before, lambda each: each.session) == {}
    assert corrections([*before, held(1)], lambda each: each.session) == {each.sample_id: held(1) for each in before}


def test_what_counts_in_the_end_is_not_corrected_itself() -> None:
    items = [held(1, end=10), held(2, end=20), held(3, end=30)]

    found = corrections(items, lambda each: each.session, lambda later, earlier: later.accepted == earlier.accepted + 1)

    assert {each.accepted for each in found.values()} == {3}
    assert len(found) == 2
