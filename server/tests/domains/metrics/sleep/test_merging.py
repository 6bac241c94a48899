"""What holds for every night, whatever its sources say."""

from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from healthpartner.canonical.sleep import ASLEEP
from healthpartner.domains.metrics.sessions.spans import Covered, Span, length
from healthpartner.domains.metrics.sleep.blocks import StoredSession, blocks
from healthpartner.domains.metrics.sleep.nights import Night, night
from tests.domains.metrics.sleep.strategies import SOUND_ASLEEP, SOURCES, told

Sessions = list[StoredSession]


def nights(sessions: Sessions) -> list[Night]:
    return [night(block) for block in blocks(sessions, "Europe/Berlin")]


def in_session(sessions: Sessions) -> int:
    """Milliseconds that at least one session covers."""
    covered = Covered((each.session.start_ms, each.session.end_ms) for each in sessions)
    return length([(0, 1 << 50)]) - length(covered.free((0, 1 << 50)))


def asleep(sessions: Sessions) -> float:
    return sum(each.totals.asleep for each in nights(sessions))


def by_source(sessions: Sessions) -> list[Sessions]:
    return [[each for each in sessions if each.source_id == number] for number in range(len(SOURCES))]


@given(told())
def test_every_session_is_in_one_night(sessions: Sessions) -> None:
    members = [each.sample_id for found in nights(sessions) for each in found.block.members]

    assert sorted(members) == sorted(each.sample_id for each in sessions)


@given(told())
def test_no_moment_counts_twice_and_none_is_lost(sessions: Sessions) -> None:
    pieces = sorted(piece[:2] for found in nights(sessions) for piece in found.pieces)

    assert all(before[1] <= after[0] for before, after in pairwise(pieces))
    assert length(pieces) == in_session(sessions)


@given(told())
def test_time_in_sessions_lies_between_the_largest_source_and_the_sum(sessions: Sessions) -> None:
    merged = sum(piece.end_ms - piece.start_ms for found in nights(sessions) for piece in found.pieces)
    single = [in_session(own) for own in by_source(sessions)]

    assert max(single) <= merged <= sum(single)


@given(told(SOUND_ASLEEP))
def test_sleep_of_sources_that_see_no_waking_lies_between_the_largest_source_and_the_sum(sessions: Sessions) -> None:
    staged = [each for each in sessions if each.session.stages]
    single = [asleep(own) for own in by_source(staged)]

    assert max(single) - 1e-6 <= asleep(staged) <= sum(single) + 1e-6


@given(told())
def test_sleep_is_no_less_than_the_chief_says_and_no_more_than_anybody_says(sessions: Sessions) -> None:
    for found in nights(sessions):
        own = [each for each in found.chief.session.stages if each.stage in ASLEEP]
        said = Covered(span for one in found.block.members for span in _asleep(one))
        anybody = said.overlap((found.block.start_ms, found.block.end_ms)) / 1000
        if found.chief.session.stages and not found.block.beside:
            assert found.totals.asleep >= sum(each.end_ms - each.start_ms for each in own) / 1000 - 1e-6
        assert found.totals.asleep <= anybody + 1e-6


def _asleep(one: StoredSession) -> list[Span]:
    if not one.session.stages:
        return [(one.session.start_ms, one.session.end_ms)]
    return [(each.start_ms, each.end_ms) for each in one.session.stages if each.stage in ASLEEP]


@given(told(), st.randoms(use_true_random=False))
def test_the_order_in_which_sessions_come_does_not_matter(sessions: Sessions, random: Random) -> None:
    mixed = list(sessions)
    random.shuffle(mixed)

    assert [_facts(each) for each in nights(mixed)] == [_facts(each) for each in nights(sessions)]


@settings(max_examples=50)
@given(told())
def test_the_explanation_accounts_for_every_session_and_every_second(sessions: Sessions) -> None:
    for found in nights(sessions):
        assert {each.teller.sample_id for each in found.contributions()} == {
            each.sample_id for each in found.block.members
        }
        counted = sum(each.counted_ms for each in found.contributions())
        assert counted == sum(piece.end_ms - piece.start_ms for piece in found.pieces)
        for each in found.contributions():
            assert (each.role == "dropped") == (each.counted_ms == 0)
            assert each.told_by or each.role == "used"


def _facts(found: Night) -> tuple[object, ...]:
    return found.block.day, found.block.is_nap, found.pieces, found.totals, found.order, found.contributions()
