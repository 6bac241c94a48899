"""What became of everything behind a row: the source that tells a measure, and those that told it in the same minute."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from healthpartner.canonical.samples import Int64s
from healthpartner.domains.metrics.body.measured import DECIMALS, At, Measured
from healthpartner.domains.metrics.fusion.fusing import Fused
from healthpartner.domains.metrics.fusion.schemas import SourceShare

ALONE = "the only source with a measurement of this minute"
FIRST = "comes first where sources overlap"
COVERED = "a higher source has measured the same minute"

# By row and measure.
Explanations = dict[At, dict[str, list[SourceShare]]]

_NOBODY = -1


class _Owners(NamedTuple):
    """For each measurement of a source the one whose row it is told with: place of the source, and number within."""

    place: Int64s
    number: Int64s


def explain(measured: Measured, rows: frozenset[At]) -> Explanations:
    """Each row's measures with the source that is shown, and then, by rank, those that are not."""
    told: Explanations = {at: {} for at in rows}
    for name, ranked in measured.items():
        for at, shares in _of_measure(ranked, rows).items():
            told[at][name] = shares
    return told


def _of_measure(ranked: Sequence[Fused], rows: frozenset[At]) -> dict[At, list[SourceShare]]:
    found: dict[At, list[tuple[Fused, int]]] = {}
    known: list[_Owners] = []
    for each in ranked:
        known.append(_owners(ranked, known, each))
        for index, (place, at) in enumerate(zip(*(column.tolist() for column in known[-1]), strict=True)):
            if place != _NOBODY:
                row = ranked[place].source_id, int(ranked[place].parts.start_ms[at])
                found.setdefault(row, []).append((each, index))
    return {row: _shares(told) for row, told in found.items() if row in rows}


def _owners(ranked: Sequence[Fused], known: Sequence[_Owners], each: Fused) -> _Owners:
    """A measurement that is shown has a row of its own, another is with that of the highest in the same minute."""
    parts = each.parts
    place = np.where(each.counted == 1, len(known), _NOBODY)
    index = np.arange(len(place))
    for higher, theirs in zip(ranked, known, strict=False):
        # The first that ends after the start of this one: where that does not overlap, none does.
        at = np.searchsorted(np.maximum.accumulate(higher.parts.end_ms), parts.start_ms, side="right")
        there = np.minimum(at, len(theirs.place) - 1)
        overlaps = (at < len(theirs.place)) & (higher.parts.start_ms[there] < parts.end_ms) & (place == _NOBODY)
        place, index = np.where(overlaps, theirs.place[there], place), np.where(overlaps, theirs.number[there], index)
    return _Owners(place, index)


def _shares(told: Sequence[tuple[Fused, int]]) -> list[SourceShare]:
    """The one that is shown is before all that it covers, for it is higher."""
    first, *covered = told
    return [_share(*first, FIRST if covered else ALONE), *(_share(*each, COVERED) for each in covered)]


def _share(each: Fused, index: int, reason: str) -> SourceShare:
    value, dropped = round(float(each.parts.value[index]), DECIMALS), reason == COVERED
    return SourceShare(
        each.source.provider,
        "samples",
        "dropped" if dropped else "used",
        reason,
        value,
        0.0 if dropped else value,
        round(float(1 - each.exclusive[index]), DECIMALS),
        1,
        each.source.device,
    )
