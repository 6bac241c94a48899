"""Rows of thinned days apart from samples: what is left of a day that was fused when it was thinned is not fused again."""

from collections.abc import Iterable

import numpy as np

from healthpartner.canonical.samples import SourcedBatch, Thinned

NOTHING = Thinned(np.empty(0, np.int64), np.empty(0))


def settled(series: Iterable[SourcedBatch]) -> list[SourcedBatch]:
    """The spans of each source that has some."""
    found = [_only(each, spans=True) for each in series if each.batch.thinned is not None]
    return [each for each in found if len(each.batch)]


def unsettled(series: Iterable[SourcedBatch]) -> list[SourcedBatch]:
    """The samples of each source that has some."""
    found = [each if each.batch.thinned is None else _only(each, spans=False) for each in series]
    return [each for each in found if len(each.batch)]


def _only(each: SourcedBatch, *, spans: bool) -> SourcedBatch:
    thinned = each.batch.thinned or NOTHING
    return each._replace(batch=each.batch.take((thinned.samples > 0) == spans))
