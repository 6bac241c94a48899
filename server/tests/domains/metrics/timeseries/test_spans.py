"""Spans of a source that is alone, which are made without fusing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, empty
from healthpartner.domains.metrics.fusion.fusing import Order
from healthpartner.domains.metrics.samples import codec
from healthpartner.domains.metrics.samples.buckets import WIDTHS
from healthpartner.domains.metrics.samples.surroundings import Surroundings
from healthpartner.domains.metrics.timeseries.spans import Spans, WindowMs, spans_of
from tests.domains.metrics.fusion.strategies import DAY, SOURCES, Sample, batch_of, sample_lists

windows = st.tuples(st.integers(-800, 1000), st.integers(1, 4000)).map(
    lambda told: (DAY * DAY_MS + told[0] * 60_000, DAY * DAY_MS + sum(told) * 60_000)
)
widths = st.sampled_from([WIDTHS["five_minute"], WIDTHS["fifteen_minute"], WIDTHS["one_hour"]])


def stored(taken: list[Sample], slug: str) -> Surroundings:
    chunks = {
        (METRICS[slug].code, day, 1): codec.encode(batch, day) for day, batch in batch_of(taken, slug).split_by_day()
    }
    return Surroundings(Order("Europe/Berlin"), {1: SOURCES[0], 2: SOURCES[1]}, chunks, {})


def beside_nothing(found: Surroundings, slug: str) -> Surroundings:
    """The same, with a chunk of another source that has no samples: not alone any more."""
    metric = METRICS[slug]
    return found._replace(chunks={**found.chunks, (metric.code, DAY, 2): codec.encode(empty(metric), DAY)})


def told(spans: Spans | None) -> list[object] | None:
    if spans is None:
        return None
    return [column.tolist() for column in (*spans.buckets[:2], spans.buckets.counts, spans.start_ms, spans.end_ms)]


@pytest.mark.parametrize("slug", ["heart_rate", "weight", "steps"])
@settings(max_examples=200, deadline=None)
@given(sample_lists(largest=40), windows, widths)
async def test_being_alone_changes_no_span(slug: str, taken: list[Sample], window_ms: WindowMs, width_ms: int) -> None:
    alone = stored(taken, slug)
    accompanied = beside_nothing(alone, slug)
    assert accompanied.lone is None or not taken

    assert told(await spans_of(alone, METRICS[slug], window_ms, width_ms)) == told(
        await spans_of(accompanied, METRICS[slug], window_ms, width_ms)
    )
