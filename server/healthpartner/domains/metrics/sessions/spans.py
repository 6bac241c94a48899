"""Sets of moments, kept as spans apart from each other: what is covered, and what is still free."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

Span = tuple[int, int]
"""From the first to before the second, in milliseconds."""


class Covered:
    """Moments that somebody has told of already."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for span in spans:
            self.add(span)

    def free(self, span: Span) -> list[Span]:
        """The parts of a span that are not covered, in order."""
        start, end = span
        parts: list[Span] = []
        for at in range(bisect_right(self._ends, start), bisect_left(self._starts, end)):
            if self._starts[at] > start:
                parts.append((start, self._starts[at]))
            start = max(start, self._ends[at])
        if start < end:
            parts.append((start, end))
        return parts

    def add(self, span: Span) -> None:
        start, end = span
        if start >= end:
            return
        first, last = bisect_left(self._ends, start), bisect_right(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]

    def overlap(self, span: Span) -> int:
        """How much of a span is covered."""
        return span[1] - span[0] - length(self.free(span))


def length(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)


def common(one: Span, other: Span) -> int:
    """How long two spans overlap."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def overlapping(items: Iterable[T], span: Callable[[T], Span]) -> list[list[T]]:
    """What overlaps, directly or by way of others, in one group; groups by time."""
    groups: list[list[T]] = []
    reach = 0
    for item in sorted(items, key=span):
        start, end = span(item)
        if groups and start < reach:
            groups[-1].append(item)
            reach = max(reach, end)
        else:
            groups.append([item])
            reach = end
    return groups
