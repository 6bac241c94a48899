"""One night, or one nap, of all that sources say about it."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from healthpartner.canonical.sleep import SleepFigures, SleepStage, StageInterval
from healthpartner.domains.metrics.sessions.spans import common
from healthpartner.domains.metrics.sleep.blocks import Block, StoredSession
from healthpartner.domains.metrics.sleep.pieces import Piece, pieces, ranked
from healthpartner.domains.metrics.sleep.totals import Totals, totals

Role = Literal["used", "overlapped", "dropped"]
Reason = Literal["highest_priority", "only_source_of_its_time", "partly_told_by_others", "told_by_others", "corrected"]


class Contribution(Struct, frozen=True):
    """What became of one session: how much of its time counts, and which sessions tell of the rest."""

    teller: StoredSession
    role: Role
    reason: Reason
    counted_ms: int
    told_by: tuple[StoredSession, ...]


class Night(Struct, frozen=True):
    """`members` are all sessions, `order` those that count, the highest first; there is always one.

    `beside` are the pieces of nights and naps that this one overlaps: what they tell of does not count here.
    """

    block: Block
    pieces: tuple[Piece, ...]
    beside: tuple[Piece, ...]
    members: tuple[StoredSession, ...]
    order: tuple[StoredSession, ...]
    totals: Totals

    @property
    def chief(self) -> StoredSession:
        return self.order[0]

    def figure(self, name: str) -> float | None:
        """What the highest session that knows a figure says; it is of that whole session."""
        told = (getattr(each.session.figures, name) for each in self.order)
        return next((value for value in told if value is not None), None)

    def contributions(self) -> list[Contribution]:
        """Of every session, the highest first, those that were corrected last."""
        told = self.pieces + self.beside
        found = [_contribution(each, told, first=place == 0) for place, each in enumerate(self.members)]
        return found + [Contribution(each, "dropped", "corrected", 0, (by,)) for each, by in self.block.corrected]

    def stages(self) -> list[StageInterval]:
        """The intervals of the night by time, neighbours of one stage joined; none where only totals are known."""
        joined: list[StageInterval] = []
        for piece in self.pieces:
            if piece.stage is None:
                continue
            if joined and joined[-1].stage is piece.stage and joined[-1].end_ms == piece.start_ms:
                joined[-1] = StageInterval(piece.stage, joined[-1].start_ms, piece.end_ms)
            else:
                joined.append(StageInterval(SleepStage(piece.stage), piece.start_ms, piece.end_ms))
        return joined


def night(block: Block) -> Night:
    own = {each.sample_id for each in block.members}
    around = ranked(block.members + block.beside)
    told = pieces(around)
    mine = [piece for piece in told if piece.teller.sample_id in own]
    beside = [piece for piece in told if piece.teller.sample_id not in own]
    members = [each for each in around if each.sample_id in own]
    telling = {piece.teller.sample_id for piece in mine}
    order = [each for each in members if each.sample_id in telling] or members[:1]
    return Night(block, tuple(mine), tuple(beside), tuple(members), tuple(order), totals(mine))


def as_told(night: Night) -> SleepFigures | None:
    """The figures of a session without intervals that nothing was merged into."""
    session = night.chief.session
    return session.figures if len(night.block.members) == 1 and not session.stages else None


def _contribution(each: StoredSession, told: Sequence[Piece], *, first: bool) -> Contribution:
    own = [piece for piece in told if piece.teller.sample_id == each.sample_id]
    counted_ms = sum(piece.end_ms - piece.start_ms for piece in own)
    span = (each.session.start_ms, each.session.end_ms)
    others = {
        piece.teller.sample_id: piece.teller
        for piece in told
        if piece.teller.sample_id != each.sample_id and common(span, (piece.start_ms, piece.end_ms))
    }
    if not counted_ms and others:
        return Contribution(each, "dropped", "told_by_others", 0, tuple(others.values()))
    if others:
        role: Role = "used" if first else "overlapped"
        return Contribution(
            each, role, "highest_priority" if first else "partly_told_by_others", counted_ms, tuple(others.values())
        )
    return Contribution(each, "used", "highest_priority" if first else "only_source_of_its_time", counted_ms, ())
