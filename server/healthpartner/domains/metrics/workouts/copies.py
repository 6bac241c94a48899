"""Which workouts are copies of one session, and what the one session is that they become.

Copies are known by the time that they share, never by their label: one vendor's cycling is another's indoor cycling.

What a partner has corrected counts no more: a later workout with the same start, of the same sport or a copy. Of the rest:

1. Workouts are ranked: by the order of sources; of one source the longest first. A fragment comes after all others: a
   workout that begins or ends within five minutes of one of another source, lies for the most part in it, and is at
   most half as long, where its own source has less than half of that time. So a recording that broke off does not hide
   one that went on.
2. In that order, a workout that others before it cover for at least half becomes part of the one that it shares most
   with; any other is a session of its own.
3. A copy, which shares at least seven tenths of the longer of both, lends the figures that the session lacks. Another
   sport of the same source, such as the legs of a triathlon, is an activity within the session.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from msgspec import Struct

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Workout
from healthpartner.domains.metrics.fusion.priorities import Rank
from healthpartner.domains.metrics.sessions.corrections import corrections
from healthpartner.domains.metrics.sessions.spans import Covered, Span, common, length, overlapping

COPY_SHARE = 0.7
COVERED_SHARE = 0.5
FRAGMENT_SHARE = 0.5
FRAGMENT_EDGE_MS = 300_000

Role = Literal["used", "overlapped", "dropped"]
Reason = Literal["highest_priority", "copy", "activity_within", "covered_by_others", "corrected"]


class StoredWorkout(Struct, frozen=True):
    """A workout as it is kept, with its source, and how high that ranks: the lowest counts most."""

    sample_id: UUID
    source_id: int
    source: SampleSource
    rank: Rank
    workout: Workout
    accepted: int = 0
    """Counts up within the source; what was accepted later counts more."""

    @property
    def span(self) -> Span:
        return self.workout.start_ms, max(self.workout.end_ms, self.workout.start_ms + 1)


class Member(Struct, frozen=True):
    """One of the workouts behind a session, and what it is there; `by` is the one that counts in its place."""

    stored: StoredWorkout
    reason: Reason
    by: StoredWorkout | None = None


class Session(Struct):
    """A workout with all that became part of it; `counted_ms` is the time that no higher session tells of."""

    chief: StoredWorkout
    counted_ms: int
    members: list[Member]

    def told(self) -> list[StoredWorkout]:
        return [self.chief, *(each.stored for each in self.members)]

    def copies(self) -> list[StoredWorkout]:
        return [self.chief, *(each.stored for each in self.members if each.reason == "copy")]


def sessions(workouts: Sequence[StoredWorkout]) -> list[Session]:
    """By start; the order in which the workouts come does not matter."""
    corrected = corrections(workouts, lambda each: each.workout.start_ms, _corrects)
    counting = [each for each in workouts if each.sample_id not in corrected]
    found = [session for group in overlapping(counting, lambda each: each.span) for session in _of_group(group)]
    homes = {each.sample_id: session for session in found for each in session.told()}
    old = [each for each in workouts if each.sample_id in corrected]
    for each in sorted(old, key=lambda one: (one.source_id, -one.accepted)):
        by = corrected[each.sample_id]
        homes[by.sample_id].members.append(Member(each, "corrected", by))
    return sorted(found, key=lambda session: (session.chief.span, _order(session.chief)))


def alone(workout: StoredWorkout) -> Session:
    """A workout as its source told it."""
    return Session(workout, length([workout.span]), [])


def _corrects(later: StoredWorkout, earlier: StoredWorkout) -> bool:
    """Of two with one start: another sport for a part of the time is the first leg of the longer one."""
    return later.workout.sport == earlier.workout.sport or _is_copy(later, earlier)


def _is_copy(one: StoredWorkout, other: StoredWorkout) -> bool:
    return common(one.span, other.span) >= COPY_SHARE * max(length([one.span]), length([other.span]))


def _of_group(group: Sequence[StoredWorkout]) -> list[Session]:
    """The sessions of workouts that overlap each other."""
    kept: list[Session] = []
    covered = Covered()
    for each in sorted(group, key=lambda each: (_is_fragment(each, group), _order(each))):
        free_ms, whole_ms = length(covered.free(each.span)), length([each.span])
        if whole_ms - free_ms < COVERED_SHARE * whole_ms:
            kept.append(Session(each, free_ms, []))
            covered.add(each.span)
        else:
            home = max(kept, key=lambda session: common(session.chief.span, each.span))
            home.members.append(Member(each, _reason(home.chief, each)))
    return kept


def _order(each: StoredWorkout) -> tuple[object, ...]:
    workout = each.workout
    return (
        each.rank,
        workout.start_ms - workout.end_ms,
        -(workout.updated_ms or 0),
        workout.start_ms,
        workout.external_id or "",
    )


def _is_fragment(each: StoredWorkout, group: Sequence[StoredWorkout]) -> bool:
    return any(_is_broken_off(each, other, group) for other in group if other.source_id != each.source_id)


def _is_broken_off(each: StoredWorkout, other: StoredWorkout, group: Sequence[StoredWorkout]) -> bool:
    whole_ms, other_ms = length([each.span]), length([other.span])
    if other_ms < 2 * whole_ms or common(each.span, other.span) < FRAGMENT_SHARE * whole_ms:
        return False
    edges = (abs(mine - theirs) for mine, theirs in zip(each.span, other.span, strict=True))
    if min(edges) > FRAGMENT_EDGE_MS:
        return False
    own = Covered(stored.span for stored in group if stored.source_id == each.source_id)
    return own.overlap(other.span) < FRAGMENT_SHARE * other_ms


def _reason(chief: StoredWorkout, each: StoredWorkout) -> Reason:
    same_source, same_sport = chief.source_id == each.source_id, chief.workout.sport == each.workout.sport
    if same_source and not same_sport:
        return "activity_within"
    if same_source or _is_copy(chief, each):
        return "copy"
    return "covered_by_others"
