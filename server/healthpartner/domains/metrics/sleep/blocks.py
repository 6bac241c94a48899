"""Which sessions belong together: all that one night, or one nap, is made of.

1. Sessions that overlap, of whatever source, belong together.
2. So do neighbours that lie at most an hour apart, unless a source calls one of them a nap.
3. What is then shorter than three hours, with its middle between nine in the morning and nine in the evening on the
   member's clock, is a nap; the word of a source, the highest one that has any, wins over that.
4. Nights, not naps, at most three hours apart that end on one local day are one night with a long wake in between.

Nothing is joined over a gap to more than a day.
"""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from healthpartner.canonical.samples import DAY_MS, SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.domains.metrics.fusion.priorities import Rank
from healthpartner.domains.metrics.sessions.local_day import local_clock, local_day
from healthpartner.domains.metrics.sessions.spans import overlapping

HOUR_MS = 3_600_000
SPLIT_GAP_MS = HOUR_MS
WAKE_GAP_MS = 3 * HOUR_MS
LONGEST_NAP_MS = 3 * HOUR_MS
_DAYTIME = range(9, 21)


class StoredSession(Struct, frozen=True):
    """A session as it is kept, with its source, and how high that ranks: the lowest counts most."""

    sample_id: UUID
    source_id: int
    source: SampleSource
    rank: Rank
    session: SleepSession


class Block(Struct, frozen=True):
    """Sessions that belong together; `day` is the local day on which they end."""

    members: tuple[StoredSession, ...]
    start_ms: int
    end_ms: int
    day: date
    is_nap: bool


def blocks(sessions: Sequence[StoredSession], timezone: str | None) -> list[Block]:
    """By time; the order in which the sessions come does not matter."""
    groups = overlapping(sessions, lambda each: (each.session.start_ms, each.session.end_ms))
    split = _joined(groups, _may_be_one_sleep)
    named = [_block(members, timezone) for members in split]
    return [_block(members, timezone) for members in _nights(named)]


def alone(session: StoredSession, timezone: str | None) -> Block:
    """A session as its source told it."""
    return _block([session], timezone)


def _joined(
    groups: Sequence[list[StoredSession]],
    may_join: Callable[[list[StoredSession], list[StoredSession]], bool],
) -> list[list[StoredSession]]:
    joined: list[list[StoredSession]] = []
    for group in groups:
        if joined and may_join(joined[-1], group):
            joined[-1] = joined[-1] + group
        else:
            joined.append(group)
    return joined


def _may_be_one_sleep(before: list[StoredSession], after: list[StoredSession]) -> bool:
    return _told_nap(before) is not True and _told_nap(after) is not True and _near(before, after, SPLIT_GAP_MS)


def _nights(named: Sequence[Block]) -> list[list[StoredSession]]:
    nights: list[Block] = []
    for block in named:
        before = nights[-1] if nights else None
        if (
            before is not None
            and not (before.is_nap or block.is_nap)
            and before.day == block.day
            and _near(before.members, block.members, WAKE_GAP_MS)
        ):
            nights[-1] = Block(before.members + block.members, before.start_ms, block.end_ms, block.day, is_nap=False)
        else:
            nights.append(block)
    return [list(night.members) for night in nights]


def _near(before: Sequence[StoredSession], after: Sequence[StoredSession], gap_ms: int) -> bool:
    starts = min(each.session.start_ms for each in after)
    ends = max(each.session.end_ms for each in before)
    whole = max(each.session.end_ms for each in after) - min(each.session.start_ms for each in before)
    return starts - ends <= gap_ms and whole <= DAY_MS


def _block(members: Sequence[StoredSession], timezone: str | None) -> Block:
    start_ms = min(each.session.start_ms for each in members)
    end_ms = max(each.session.end_ms for each in members)
    clock = _clock(members)
    told = _told_nap(members)
    return Block(
        tuple(members),
        start_ms,
        end_ms,
        local_day(end_ms, clock.offset_minutes, clock.day, timezone),
        _looks_like_a_nap(start_ms, end_ms, clock, timezone) if told is None else told,
    )


def _clock(members: Sequence[StoredSession]) -> SleepSession:
    """The session whose word on the local time counts: the last to end that has any, the better source's first."""
    knowing = [each for each in members if each.session.offset_minutes is not None]
    knowing = knowing or [each for each in members if each.session.day is not None] or list(members)
    return min(knowing, key=lambda each: (-each.session.end_ms, _order(each))).session


def _told_nap(members: Sequence[StoredSession]) -> bool | None:
    told = [each for each in members if each.session.is_nap is not None]
    return min(told, key=_order).session.is_nap if told else None


def _order(each: StoredSession) -> tuple[object, ...]:
    session = each.session
    return each.rank, session.start_ms - session.end_ms, session.start_ms, session.external_id or ""


def _looks_like_a_nap(start_ms: int, end_ms: int, clock: SleepSession, timezone: str | None) -> bool:
    if end_ms - start_ms >= LONGEST_NAP_MS:
        return False
    return local_clock((start_ms + end_ms) // 2, clock.offset_minutes, timezone).hour in _DAYTIME
