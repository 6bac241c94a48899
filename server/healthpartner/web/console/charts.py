"""Bar charts as shapes, which a template draws as SVG: no script, no inline style."""

import math
from collections.abc import Sequence

from msgspec import Struct

WIDTH, HEIGHT = 720, 150
LEFT, BOTTOM, TOP = 44, 22, 8
GAP = 0.25
MOST_LABELS = 8
STEPS = (1, 2, 2.5, 5, 10)


class Column(Struct, frozen=True):
    """`parts`: (kind, value) from the bottom up; the kind is the class of the bar. `title` tells all of it."""

    label: str
    title: str
    parts: tuple[tuple[str, float], ...]


class Bar(Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


class Mark(Struct, frozen=True):
    """A text on an axis, and where it is."""

    at: float
    text: str


class Chart(Struct, frozen=True):
    width: int
    height: int
    left: int
    floor: int
    bars: list[Bar]
    marks: list[Mark]
    lines: list[Mark]


def top_of(highest: float) -> float:
    """A round number that is not below the highest value."""
    if highest <= 0:
        return 1
    power: float = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in STEPS if step * power >= highest)


def columns(shown: Sequence[Column], text_of: str = "{:,.0f}") -> Chart:
    top = top_of(max((sum(value for _, value in column.parts) for column in shown), default=0))
    floor = HEIGHT - BOTTOM
    slot = (WIDTH - LEFT) / max(1, len(shown))
    every = math.ceil(len(shown) / MOST_LABELS)
    bars: list[Bar] = []
    for number, column in enumerate(shown):
        bars += _stacked(column, LEFT + slot * (number + GAP / 2), slot * (1 - GAP), (floor - TOP) / top, floor)
    marks = [
        Mark(round(LEFT + slot * (number + 0.5), 1), column.label)
        for number, column in enumerate(shown)
        if number % every == 0
    ]
    lines = [Mark(round(floor - part * (floor - TOP), 1), text_of.format(part * top)) for part in (0, 0.5, 1)]
    return Chart(WIDTH, HEIGHT, LEFT, floor, bars, marks, lines)


def _stacked(column: Column, x: float, width: float, scale: float, floor: float) -> list[Bar]:
    found, reached = [], floor
    for kind, value in column.parts:
        if value > 0:
            height = max(1.0, value * scale)
            reached -= height
            found.append(Bar(round(x, 1), round(reached, 1), round(width, 1), round(height, 1), kind, column.title))
    return found
