"""Thinned days answer what full ones did, at the width of their spans and at every coarser one."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, SampleBatch, SourcedBatch, concat
from healthpartner.domains.metrics.fusion.fusing import Fused, Order, fuse
from healthpartner.domains.metrics.retention.thinning import thin
from healthpartner.domains.metrics.samples import codec
from healthpartner.domains.metrics.samples.buckets import WIDTHS
from tests.domains.metrics.fusion.strategies import DAY, Sample, sample_lists, series_of

LISTS = st.lists(sample_lists(), min_size=1, max_size=3)
SUMMED_OR_MEANT = st.sampled_from(["steps", "heart_rate"])
ZONES = st.sampled_from([None, "America/New_York", "Asia/Kathmandu"])
WIDTH_NAMES = list(WIDTHS)
FIRST, END = DAY - 40, DAY + 40

Answers = dict[tuple[int, int], tuple[float, float, int]]


def answers(fused: Sequence[Fused], width_ms: int | None) -> Answers:
    """(number, weight, samples) by source and span; without a width by local day."""
    found: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for each in fused:
        keys = each.parts.day if width_ms is None else each.parts.start_ms // width_ms
        counts = np.ones(len(keys), np.int64) if each.samples is None else each.samples
        columns = (keys.tolist(), each.parts.value.tolist(), each.counted.tolist(), counts.tolist())
        for key, value, counted, samples in zip(*columns, strict=True):
            if counted > 0:
                told = found[each.source_id, key]
                told[0] += value * counted
                told[1] += counted
                told[2] += samples
    return {key: (told[0], told[1], int(told[2])) for key, told in found.items()}


def thinned(series: list[SourcedBatch], slug: str, zone: str | None, width_ms: int) -> list[SourcedBatch]:
    """Through the bytes of each day, as they would lie in the database."""
    metric = METRICS[slug]
    spans = thin(metric, fuse(metric, series, Order(zone)), zone, width_ms, FIRST, END)
    sources = {each.source_id: each.source for each in series}
    return [SourcedBatch(key, sources[key], _stored(batch)) for key, batch in spans.items()]


def _stored(batch: SampleBatch) -> SampleBatch:
    days = [codec.decode(codec.encode(part, day), batch.metric, day) for day, part in batch.split_by_day()]
    return concat(days)


def same(told: Answers, expected: Answers, *, means: bool) -> None:
    assert told.keys() == expected.keys()
    for key, (number, weight, samples) in expected.items():
        assert told[key][2] == samples
        assert told[key][0] == pytest.approx(number, abs=1e-4)
        if means:
            assert told[key][1] == pytest.approx(weight, abs=1e-4)


@settings(max_examples=400, deadline=None)
@given(LISTS, SUMMED_OR_MEANT, ZONES, st.data())
def test_spans_answer_as_samples_did_at_their_width_and_coarser(
    lists: list[list[Sample]], slug: str, zone: str | None, data: st.DataObject
) -> None:
    series = series_of(lists, slug)
    at = data.draw(st.integers(0, len(WIDTH_NAMES) - 1))
    before = fuse(METRICS[slug], series, Order(zone))

    after = fuse(METRICS[slug], thinned(series, slug, zone, WIDTHS[WIDTH_NAMES[at]]), Order(zone))

    for width in [*(WIDTHS[name] for name in WIDTH_NAMES[at:]), None]:
        same(answers(after, width), answers(before, width), means=slug == "heart_rate")


@settings(max_examples=200, deadline=None)
@given(LISTS, SUMMED_OR_MEANT, ZONES, st.sampled_from(WIDTH_NAMES))
def test_thinning_twice_is_thinning_once(lists: list[list[Sample]], slug: str, zone: str | None, width: str) -> None:
    once = thinned(series_of(lists, slug), slug, zone, WIDTHS[width])

    twice = thinned(once, slug, zone, WIDTHS[width])

    assert [_columns(each.batch) for each in twice] == [_columns(each.batch) for each in once]


@settings(max_examples=200, deadline=None)
@given(LISTS, SUMMED_OR_MEANT, ZONES)
def test_thinning_in_steps_is_thinning_at_once(lists: list[list[Sample]], slug: str, zone: str | None) -> None:
    series = series_of(lists, slug)
    hours = thinned(thinned(series, slug, zone, WIDTHS["five_minute"]), slug, zone, WIDTHS["one_hour"])

    at_once = fuse(METRICS[slug], thinned(series, slug, zone, WIDTHS["one_hour"]), Order(zone))

    told = fuse(METRICS[slug], hours, Order(zone))
    same(answers(told, WIDTHS["one_hour"]), answers(at_once, WIDTHS["one_hour"]), means=slug == "heart_rate")


def test_another_order_of_sources_changes_nothing_that_is_thinned() -> None:
    series = series_of([[(DAY * DAY_MS, 600_000, 100.0, 0)], [(DAY * DAY_MS, 600_000, 90.0, 0)]])
    spans = thinned(series, "steps", None, WIDTHS["one_hour"])

    by_default = fuse(METRICS["steps"], spans, Order())
    turned = fuse(METRICS["steps"], spans, Order(preferred=("apple_health_kit",)))

    assert answers(by_default, WIDTHS["one_day"]) == answers(turned, WIDTHS["one_day"])


def test_what_a_higher_source_had_covered_is_not_kept() -> None:
    series = series_of([[(DAY * DAY_MS, 600_000, 50.0, 0)], [(DAY * DAY_MS, 600_000, 90.0, 0)]])

    spans = thinned(series, "steps", None, WIDTHS["one_hour"])

    assert Counter(each.source.provider for each in spans) == {"garmin": 1}
    assert spans[0].batch.value.tolist() == [90.0]


def test_a_sample_that_reaches_past_the_days_stays_whole() -> None:
    midnight = (DAY + 1) * DAY_MS
    (alone,) = series_of([[(midnight - 300_000, 600_000, 100.0, 0)]])
    fused = fuse(METRICS["steps"], [alone], Order())

    spans = thin(METRICS["steps"], fused, None, WIDTHS["one_hour"], DAY, DAY + 1)

    (batch,) = spans.values()
    assert (batch.start_ms.tolist(), batch.duration_ms.tolist()) == ([midnight - 300_000], [600_000])
    after = fuse(METRICS["steps"], [alone._replace(batch=batch)], Order())
    assert answers(after, None) == answers(fused, None)


def _columns(batch: SampleBatch) -> tuple[list[float], ...]:
    marks = batch.thinned
    assert marks is not None
    return (
        batch.start_ms.tolist(),
        batch.duration_ms.tolist(),
        batch.value.round(5).tolist(),
        batch.offset_minutes.tolist(),
        marks.samples.tolist(),
    )
