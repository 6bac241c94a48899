"""What a night sums up to."""

from collections.abc import Sequence

from msgspec import Struct

from healthpartner.canonical.sleep import ASLEEP, AWAKE, SleepFigures, SleepSession, SleepStage
from healthpartner.domains.metrics.sleep.pieces import Piece

_MS = 1000.0


class Totals(Struct):
    """In seconds; the stages are None where no source knows any."""

    asleep: float = 0.0
    in_bed: float = 0.0
    deep: float | None = None
    light: float | None = None
    rem: float | None = None
    awake: float | None = None
    unspecified: float = 0.0

    def add(self, stage: str, seconds: float) -> None:
        setattr(self, stage, (getattr(self, stage) or 0.0) + seconds)


def totals(pieces: Sequence[Piece]) -> Totals:
    """Counted from the pieces; of a session without intervals, what it says in proportion to the time that counts."""
    found = Totals()
    for piece in pieces:
        seconds = (piece.end_ms - piece.start_ms) / _MS
        if piece.stage is None:
            _add_share(found, piece.teller.session, seconds)
        else:
            _add_stage(found, piece.stage, seconds)
    return found


def efficiency(found: Totals) -> float | None:
    """Percent of the time in bed that was slept."""
    return 100.0 * min(found.asleep / found.in_bed, 1.0) if found.in_bed else None


def _add_stage(found: Totals, stage: SleepStage, seconds: float) -> None:
    if stage is not SleepStage.out_of_bed:
        found.in_bed += seconds
    if stage in AWAKE:
        found.add("awake", seconds)
    elif stage is SleepStage.asleep_unspecified:
        found.add("unspecified", seconds)
    elif stage in ASLEEP:
        found.add(stage.name, seconds)
    if stage in ASLEEP:
        found.asleep += seconds


def _add_share(found: Totals, session: SleepSession, seconds: float) -> None:
    whole = (session.end_ms - session.start_ms) / _MS
    share = seconds / whole
    figures = session.figures
    for stage in ("deep", "light", "rem", "awake"):
        told = getattr(figures, f"{stage}_seconds")
        if told is not None:
            found.add(stage, told * share)
    staged = sum(each or 0.0 for each in (figures.deep_seconds, figures.light_seconds, figures.rem_seconds))
    asleep = min(whole, max(staged, _asleep(figures, staged, whole)))
    found.asleep += asleep * share
    found.unspecified += (asleep - staged) * share
    found.in_bed += min(whole, max(figures.time_in_bed_seconds or whole, asleep)) * share


def _asleep(figures: SleepFigures, staged: float, whole: float) -> float:
    """Stages, where given, add up to the sleep; else its duration; else all that was not spent awake."""
    if staged:
        return staged
    if figures.duration_seconds is not None:
        return figures.duration_seconds
    return whole - (figures.awake_seconds or 0.0)
