"""Which of a partner's own ids are neighbours."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.domains.metrics.items.neighbours import ALONE, PLACES, neighbourhoods

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
BLANK = "\0"

# What digits, their separators, words and traps are made of.
written = st.text(st.sampled_from("01239afFgZ-:. _é\0\x01"), min_size=1, max_size=14)
ids = st.one_of(written, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=255))


def one(client_id: str) -> tuple[bytes, int]:
    ((shared, place),) = all_of([client_id])
    return shared, place


def all_of(client_ids: list[str]) -> list[tuple[bytes, int]]:
    """What each shares, nothing where it is alone, and its place."""
    shared, of, places = neighbourhoods(client_ids)
    return [(b"" if at == ALONE else shared[at], place) for at, place in zip(of.tolist(), places.tolist(), strict=True)]


def put_back(shared: bytes, place: int) -> str:
    """The id: its three digits in the stead of the blanks, of which those at the end are not shown."""
    text = shared.decode()
    text += BLANK * (3 - text.count(BLANK))
    for digit in f"{place:03}":
        text = text.replace(BLANK, digit, 1)
    return text


@pytest.mark.parametrize(
    ("client_id", "shared", "place"),
    [
        ("hr-14567", b"hr-14", 567),
        ("hr-14560", b"hr-1\0\0\x000", 456),
        ("hr-14000", b"hr-14", 0),
        ("1767225660000", b"176722\0\0\x000000", 566),
        ("2026-03-14T09:01:00Z", b"2026-03-14T0\0:\0\0:00Z", 901),
        ("123-steps", b"\0\0\0-steps", 123),
        ("é-12-3", b"\xc3\xa9-\0\0-", 123),
    ],
)
def test_the_last_digits_that_count_are_the_place(client_id: str, shared: bytes, place: int) -> None:
    assert one(client_id) == (shared, place)


@pytest.mark.parametrize(
    "client_id", ["a", "walk 1", "00", "1a2b3", "1--2-3", "hr-123\0", "\0hr-123", "54af-9c2f123", "９８７"]
)
def test_an_id_without_such_digits_is_alone(client_id: str) -> None:
    assert one(client_id)[1] == ALONE


def test_random_ids_are_nearly_always_alone() -> None:
    places = neighbourhoods([str(uuid4()) for _ in range(1000)]).places

    assert (places != ALONE).sum() < 50


@pytest.mark.parametrize(
    "client_ids",
    [
        [f"run 7/{n}" for n in range(5000, 6000)],
        [str(1_767_225_600 + 60 * n) for n in range(1000)],
        [str(1_767_225_600_000 + 1000 * n) for n in range(1000)],
        [(FIRST + timedelta(minutes=n)).strftime("hr:%Y-%m-%dT%H:%M:%SZ") for n in range(1000)],
    ],
)
def test_a_thousand_ids_that_count_are_in_few_neighbourhoods(client_ids: list[str]) -> None:
    shared, _, places = neighbourhoods(client_ids)

    assert (places != ALONE).all()
    assert len(set(shared)) == len(shared) <= 20


@given(st.lists(ids, min_size=1, max_size=20))
def test_what_an_id_becomes_depends_on_nothing_but_the_id(client_ids: list[str]) -> None:
    assert all_of(client_ids) == [one(client_id) for client_id in client_ids]


@given(ids)
def test_what_is_shared_and_the_place_are_the_id(client_id: str) -> None:
    shared, place = one(client_id)

    if place != ALONE:
        assert 0 <= place < PLACES
        assert put_back(shared, place) == client_id
