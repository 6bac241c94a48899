"""What sources have measured of a body, measure by measure, and how much of it counts."""

from collections.abc import Mapping, Sequence

from healthpartner.domains.metrics.body.measures import MEASURES
from healthpartner.domains.metrics.fusion.fusing import Fused, fuse
from healthpartner.domains.metrics.samples.surroundings import Surroundings

DECIMALS = 6

# (source id, instant in ms)
At = tuple[int, int]

# By measure; the sources of each by rank.
Measured = Mapping[str, Sequence[Fused]]


async def measured_in(found: Surroundings) -> Measured:
    return {
        name: fuse(metric, await found.only(metric).series(metric), found.order) for name, metric in MEASURES.items()
    }
