"""One figure of one metric and day."""

from typing import NamedTuple


class DayFigure(NamedTuple):
    """A metric's figure of one local day (since 1970), in the order of the table's columns.

    `sources` are those whose samples count. `contested`: another order of sources may say otherwise; `floating`: one has
    samples that do not know their offset.
    """

    day: int
    value: float
    minimum: float
    maximum: float
    samples: int
    sources: list[int]
    contested: bool
    floating: bool
