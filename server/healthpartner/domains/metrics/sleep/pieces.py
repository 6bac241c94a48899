"""Who tells of which moment of a night: the sessions of a block laid over each other, each moment counted once.

Sessions are ranked: sources that know stages before those that do not, then by the order of sources, and of one source
the longest first, for a growing copy holds the shorter ones. A moment belongs to the highest session that says whether
the member slept then. What only says that the member lay in bed yields to all that says more.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from healthpartner.canonical.sleep import ASLEEP, AWAKE, STAGED, SleepStage, StageInterval
from healthpartner.domains.metrics.sessions.spans import Covered, Span
from healthpartner.domains.metrics.sleep.blocks import StoredSession

# Where intervals of one session overlap, the first of these that holds a moment counts.
_CLASSES: tuple[frozenset[SleepStage], ...] = (
    STAGED,
    AWAKE,
    frozenset({SleepStage.asleep_unspecified}),
)
_SAYS_LITTLE = frozenset(SleepStage) - ASLEEP - AWAKE


class Piece(NamedTuple):
    """A stretch of a night as one session tells it; without a stage where that session has totals only."""

    start_ms: int
    end_ms: int
    stage: SleepStage | None
    teller: StoredSession


def ranked(members: Sequence[StoredSession]) -> list[StoredSession]:
    staged = {each.source_id for each in members if _knows_stages(each)}
    return sorted(members, key=lambda each: _order(each, knows_stages=each.source_id in staged))


def pieces(order: Sequence[StoredSession]) -> list[Piece]:
    """Pieces by time, apart from each other, from sessions in rank order."""
    told, higher = Covered(), Covered()
    found: list[Piece] = []

    def claim(each: StoredSession, stage: SleepStage | None, span: Span) -> None:
        for free in told.free(span):
            found.append(Piece(*free, stage, each))
            told.add(free)

    for each in order:
        whole = (each.session.start_ms, each.session.end_ms)
        for stage, span in _strong(each):
            claim(each, stage, span)
        if not each.session.stages:
            # Totals do not say when: they count outside of what higher sources watched.
            for free in higher.free(whole):
                claim(each, None, free)
        higher.add(whole)
    for each in order:
        for stage, span in _weak(each):
            claim(each, stage, span)
    return sorted(found, key=lambda piece: piece.start_ms)


def _order(each: StoredSession, *, knows_stages: bool) -> tuple[object, ...]:
    session = each.session
    return (
        not knows_stages,
        each.rank,
        session.start_ms - session.end_ms,
        -(session.updated_ms or 0),
        session.start_ms,
        session.external_id or "",
    )


def _knows_stages(each: StoredSession) -> bool:
    figures = each.session.figures
    if any(interval.stage in STAGED for interval in each.session.stages):
        return True
    return not each.session.stages and bool(figures.deep_seconds or figures.light_seconds or figures.rem_seconds)


def _strong(each: StoredSession) -> Iterator[tuple[SleepStage, Span]]:
    for stages in _CLASSES:
        yield from (_claim(interval) for interval in each.session.stages if interval.stage in stages)


def _weak(each: StoredSession) -> Iterator[tuple[SleepStage, Span]]:
    """What says little, and what lies between the intervals: that was spent in bed."""
    yield from (_claim(interval) for interval in each.session.stages if interval.stage in _SAYS_LITTLE)
    yield SleepStage.in_bed, (each.session.start_ms, each.session.end_ms)


def _claim(interval: StageInterval) -> tuple[SleepStage, Span]:
    return interval.stage, (interval.start_ms, interval.end_ms)
