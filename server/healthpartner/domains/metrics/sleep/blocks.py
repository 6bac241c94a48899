"""Which sessions belong together: all that one night, or one nap, is made of.

1. Sessions that overlap, of whatever source, belong together: those that are told to be naps, and the others. Naps and
   other sleep belong together where they share at least half of the shorter of both.
2. So do neighbours that lie at most an hour apart, unless a source calls one of them a nap.
3. What is then shorter than three hours, with its middle between nine in the morning and nine in the evening on the
   member's clock, is a nap; the word of a source, the highest one that has any, wins over that, where those who say it
   tell of more than half of the time.
4. Nights, not naps, at most three hours apart that end on one local day are one night with a long wake in between.

Nothing is joined over a gap to more than a day.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from healthpartner.canonical.samples import DAY_MS, SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.domains.metrics.fusion.priorities import Rank
from healthpartner.domains.metrics.sessions.corrections import corrections
from healthpartner.domains.metrics.sessions.local_day import local_clock, local_day
from healthpartner.domains.metrics.sessions.spans import Covered, Span, common, overlapping

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
    accepted: int = 0
    """Counts up within the source; what was accepted later counts more."""


class Corrected(NamedTuple):
    """A session that its source told anew, and what counts in its place."""

    session: StoredSession
    by: StoredSession


class Block(Struct, frozen=True):
    """Sessions that belong together; `day` is the local day on which they end.

    `beside` are the sessions of blocks that this one overlaps; `corrected` those that members count in place of.
    """

    members: tuple[StoredSession, ...]
    start_ms: int
    end_ms: int
    day: date
    is_nap: bool
    beside: tuple[StoredSession, ...] = ()
    corrected: tuple[Corrected, ...] = ()


def blocks(sessions: Sequence[StoredSession], timezone: str | None) -> list[Block]:
    """By time; the order in which the sessions come does not matter."""
    corrected = corrections(sessions, lambda each: each.session.start_ms)
    counting = [each for each in sessions if each.sample_id not in corrected]
    split = _joined(_overlapping(counting), _may_be_one_sleep)
    named = [_block(members, timezone) for members in split]
    found = _side_by_side([_block(members, timezone) for members in _nights(named)])
    if not corrected:
        return found
    old = sorted((each for each in sessions if each.sample_id in corrected), key=lambda each: -each.accepted)
    pairs = [Corrected(each, corrected[each.sample_id]) for each in old]
    return [_with_corrected(block, pairs) for block in found]


def alone(session: StoredSession, timezone: str | None) -> Block:
    """A session as its source told it."""
    return _block([session], timezone)


def _with_corrected(block: Block, pairs: Sequence[Corrected]) -> Block:
    own = {each.sample_id for each in block.members}
    return msgspec.structs.replace(block, corrected=tuple(each for each in pairs if each.by.sample_id in own))


def _overlapping(sessions: Sequence[StoredSession]) -> list[list[StoredSession]]:
    """Sessions that share enough of their time, in groups without gaps; groups by time."""
    naps = overlapping((each for each in sessions if each.session.is_nap), _span)
    others = overlapping((each for each in sessions if not each.session.is_nap), _span)
    return sorted(_sharing_half([*naps, *others]), key=_bounds)


def _sharing_half(groups: Sequence[list[StoredSession]]) -> list[list[StoredSession]]:
    """Groups of which one shares half of the shorter with another, directly or by way of others, as one.

    Naps do not overlap each other, nor do the others: of each kind at most one reaches into what begins later.
    """
    found: list[list[StoredSession]] = []
    near: list[tuple[Span, list[StoredSession]]] = []
    for group in sorted(groups, key=_bounds):
        span = _bounds(group)
        near = [(other, along) for other, along in near if other[1] > span[0]]
        along = next((along for other, along in near if _share_half(other, span)), None)
        if along is None:
            along = []
            found.append(along)
        along += group
        near.append((span, along))
    return found


def _share_half(one: Span, other: Span) -> bool:
    return 2 * common(one, other) >= min(end - start for start, end in (one, other))


def _span(each: StoredSession) -> Span:
    return each.session.start_ms, max(each.session.end_ms, each.session.start_ms + 1)


def _bounds(members: Sequence[StoredSession]) -> Span:
    spans = [_span(each) for each in members]
    return min(start for start, _ in spans), max(end for _, end in spans)


def _side_by_side(found: Sequence[Block]) -> list[Block]:
    """By time, each with what it overlaps."""
    ordered = sorted(found, key=lambda block: (block.start_ms, block.end_ms))
    beside: list[list[StoredSession]] = [[] for _ in ordered]
    near: list[int] = []
    for place, block in enumerate(ordered):
        near = [other for other in near if ordered[other].end_ms > block.start_ms]
        for other in near:
            beside[place] += ordered[other].members
            beside[other] += block.members
        near.append(place)
    return [
        msgspec.structs.replace(block, beside=tuple(others)) if others else block
        for block, others in zip(ordered, beside, strict=True)
    ]


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
    """The word of the highest source; what is said of half of the time or less is no word on the whole."""
    words = {each.session.is_nap for each in members} - {None}
    said = {word: [each for each in members if each.session.is_nap is word] for word in words}
    told = [each for who in said.values() if 2 * _time(who) > _time(members) for each in who]
    return min(told, key=_order).session.is_nap if told else None


def _time(members: Sequence[StoredSession]) -> int:
    """How much of it at least one session tells of."""
    spans = [_span(each) for each in members]
    return Covered(spans).overlap((min(start for start, _ in spans), max(end for _, end in spans)))


def _order(each: StoredSession) -> tuple[object, ...]:
    session = each.session
    return each.rank, session.start_ms - session.end_ms, session.start_ms, session.external_id or ""


def _looks_like_a_nap(start_ms: int, end_ms: int, clock: SleepSession, timezone: str | None) -> bool:
    if end_ms - start_ms >= LONGEST_NAP_MS:
        return False
    return local_clock((start_ms + end_ms) // 2, clock.offset_minutes, timezone).hour in _DAYTIME
