"""Several sources of one metric as one."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleSource, SourcedBatch
from healthpartner.domains.metrics.fusion.fusing import Order, fuse
from healthpartner.domains.metrics.rollups.rules import figures
from tests.domains.metrics.fusion.strategies import DAY, MINUTE, Sample, batch_of, gaps, sample_lists, series_of

MIDNIGHT = DAY * 86_400_000
ANY_DAY = (DAY - 100, DAY + 100)
WATCH, PHONE = SampleSource("garmin", "Fenix"), SampleSource("apple_health_kit", "iPhone")
ZONES = st.sampled_from([None, "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Tokyo"])


def at(clock: str, minutes: int, value: float, offset: int = 0, day: int = 0) -> Sample:
    hour, minute = clock.split(":")
    return MIDNIGHT + day * 86_400_000 + (int(hour) * 60 + int(minute)) * MINUTE, minutes * MINUTE, value, offset


def total(watch: list[Sample], phone: list[Sample], slug: str = "steps", **order: object) -> dict[int, float]:
    series = [SourcedBatch(1, WATCH, batch_of(watch, slug)), SourcedBatch(2, PHONE, batch_of(phone, slug))]
    found = figures(METRICS[slug], series, Order(**order), *ANY_DAY)  # type: ignore[arg-type]
    return {figure.day - DAY: round(figure.value, 6) for figure in found}


def test_a_walk_that_both_have_seen_counts_once() -> None:
    assert total([at("08:00", 10, 1000)], [at("08:02", 5, 480)]) == {0: 1000}


def test_what_only_one_has_seen_counts_whoever_it_is() -> None:
    assert total([at("08:00", 10, 1000)], [at("18:00", 10, 700)]) == {0: 1700}


def test_a_lower_source_counts_for_the_share_of_time_that_no_higher_one_measured() -> None:
    assert total([at("08:00", 10, 1000)], [at("08:06", 10, 900)]) == {0: 1000 + 900 * 0.6}
    assert total([at("08:03", 2, 300)], [at("08:00", 10, 500)]) == {0: 300 + 500 * 0.8}


def test_a_stretch_never_counts_less_than_one_source_saw_in_it() -> None:
    assert total([at("08:00", 60, 10)], [at("08:10", 10, 900)]) == {0: 900}


def zeros(minutes: int, *told: Sample) -> list[Sample]:
    """A whole day of a device that tells every so many minutes, and zeros but for some."""
    seen = {sample[0]: sample for sample in told}
    whole = [at(f"{minute // 60}:{minute % 60}", minutes, 0) for minute in range(0, 24 * 60, minutes)]
    return [seen.get(sample[0], sample) for sample in whole]


@pytest.mark.parametrize("minutes", [1, 15])
def test_a_device_that_writes_zeros_takes_nothing_from_what_another_alone_has_seen(minutes: int) -> None:
    told, other = zeros(minutes, at("21:00", minutes, 900)), [at("10:00", 20, 2000)]
    assert total(told, other) == {0: 2900}
    assert total(other, told) == {0: 2900}
    less = [at("10:00", 20, 500)]
    assert total(told, less) == {0: 1400}
    assert total(less, told) == {0: 1400}


def test_a_zero_keeps_its_time() -> None:
    watch = zeros(1, *(at(f"08:{minute}", 1, 100) for minute in range(10, 20)))
    assert total(watch, [at("08:00", 30, 900)]) == {0: 1000}
    assert total(watch, [at("08:00", 30, 1200)]) == {0: 1200}
    assert total(watch, [at("00:00", 24 * 60, 5000)]) == {0: 5000}
    assert total(zeros(1), [at("08:10", 10, 0)]) == {0: 0}


def test_what_a_device_that_writes_zeros_says_counts_as_before() -> None:
    watch = SourcedBatch(1, WATCH, batch_of(zeros(15, at("21:00", 15, 900), at("10:00", 15, 100))))
    phone = SourcedBatch(2, PHONE, batch_of([at("10:00", 15, 2000), at("12:00", 15, 0)]))
    first, second = fuse(METRICS["steps"], [phone, watch], Order())
    assert first.source is WATCH
    assert [at for at, share in enumerate(first.counted.tolist()) if share != 1] == [40]
    assert first.exclusive.all()
    assert (second.exclusive.tolist(), second.counted.tolist()) == ([0, 0], [1, 0])


def test_of_a_days_sleep_one_statement_stands_and_a_rings_before_a_watchs() -> None:
    day = 24 * 60
    assert total([at("00:00", day, 327)], [at("00:00", day, 400)], "time_asleep") == {0: 327}
    told = [(WATCH, 327.0), (SampleSource("oura"), 300.0), (PHONE, 400.0)]
    series = [
        SourcedBatch(place, source, batch_of([at("00:00", day, minutes)], "time_asleep"))
        for place, (source, minutes) in enumerate(told)
    ]
    fused = fuse(METRICS["time_asleep"], series, Order())
    assert [(each.source_id, each.counted.tolist()) for each in fused] == [(1, [1]), (0, [0]), (2, [0])]


def test_a_moment_stands_for_its_minute() -> None:
    moments = [(MIDNIGHT + second * 1000, 0, 10.0, 0) for second in (0, 60, 120)]
    later = [(MIDNIGHT + second * 1000, 0, 9.0, 0) for second in (20, 80, 140)]
    assert total(moments, later) == {0: 30 + 3}


def test_samples_across_midnight_are_split_in_proportion() -> None:
    assert total([at("23:50", 40, 400)], []) == {0: 100, 1: 300}
    assert total([at("22:50", 40, 400, 60)], []) == {0: 100, 1: 300}


def test_a_moment_is_never_split() -> None:
    assert total([(MIDNIGHT - 1000, 0, 7.0, 0)], []) == {-1: 7}


def test_the_member_s_clock_splits_what_came_without_one() -> None:
    # 2026-03-29 has 23 hours in Berlin: it begins at 23:00 UTC and ends at 22:00 UTC.
    change = 20_541
    start = change * 86_400_000 - 2 * 60 * MINUTE
    sample = (start, 27 * 60 * MINUTE, 2700.0, UNKNOWN_OFFSET)
    series = [SourcedBatch(1, WATCH, batch_of([sample]))]
    found = figures(METRICS["steps"], series, Order("Europe/Berlin"), 0, 40_000)
    assert [(each.day - change, round(each.value, 6)) for each in found] == [(-1, 100), (0, 2300), (1, 300)]


def test_a_flight_over_the_date_line_keeps_each_sample_on_its_own_day() -> None:
    before, after = at("09:00", 60, 800, 840), at("11:00", 60, 500, -600)
    assert total([before, after], []) == {0: 1300}
    before, after = at("10:00", 60, 800, 840), at("11:00", 60, 500, -600)
    assert total([before, after], []) == {1: 800, 0: 500}


def test_of_two_clocks_at_one_moment_the_higher_source_s_counts() -> None:
    watch, phone = [at("23:00", 20, 500, 0)], [at("23:05", 10, 200, 540)]
    assert total(watch, phone) == {0: 500}


def test_who_knows_the_clock_tells_it_to_who_does_not() -> None:
    watch, phone = [at("20:00", 20, 500, UNKNOWN_OFFSET)], [at("20:05", 10, 200, 540)]
    assert total(watch, phone, timezone="America/New_York") == {1: 500}


def test_a_mean_takes_each_moment_from_the_highest_source_that_measured_it() -> None:
    watch = [(MIDNIGHT, 0, 60.0, 0), (MIDNIGHT + 60_000, 0, 80.0, 0)]
    phone = [(MIDNIGHT + 60_000, 0, 200.0, 0), (MIDNIGHT + 600_000, 0, 100.0, 0)]
    assert total(watch, phone, "heart_rate") == {0: 80}


def test_a_tenant_decides_who_comes_first() -> None:
    watch, phone = [at("08:00", 10, 1000)], [at("08:00", 20, 1200)]
    assert total(watch, phone) == {0: 1600}
    assert total(watch, phone, preferred=("phone",)) == {0: 1200}
    assert total(watch, phone, preferred=("apple_health_kit",)) == {0: 1200}


@given(st.lists(sample_lists(), min_size=1, max_size=4), ZONES)
def test_the_total_of_all_days_is_between_the_largest_source_and_the_sum(lists: list[list[Sample]], zone: str) -> None:
    whole = sum(each.value for each in figures(METRICS["steps"], series_of(lists), Order(zone), *ANY_DAY))
    alone = [sum(value for *_, value, _ in each) for each in lists]
    assert max(alone) <= whole + 1e-6
    assert whole <= sum(alone) + 1e-6


@given(st.lists(sample_lists(one_clock=True), min_size=1, max_size=4), ZONES)
def test_so_is_every_day(lists: list[list[Sample]], zone: str) -> None:
    series = series_of(lists)
    fused = fuse(METRICS["steps"], series, Order(zone))
    days = {figure.day: figure.value for figure in figures(METRICS["steps"], series, Order(zone), *ANY_DAY)}
    for day, value in days.items():
        alone = [float(each.parts.value[each.parts.day == day].sum()) for each in fused]
        assert max(alone) - 1e-6 <= value <= sum(alone) + 1e-6


@given(st.lists(sample_lists(), min_size=1, max_size=3), ZONES, st.data())
def test_zeros_where_nobody_has_measured_change_no_total(
    lists: list[list[Sample]], zone: str, data: st.DataObject
) -> None:
    idle = [gap for gap in gaps([sample for each in lists for sample in each]) if data.draw(st.booleans())]
    place = data.draw(st.integers(0, 3))
    lists = [*lists, *[[] for _ in range(place + 1 - len(lists))]]
    with_zeros = [sorted(each + idle) if at == place else each for at, each in enumerate(lists)]

    def totals(of: list[list[Sample]]) -> dict[int, float]:
        found = figures(METRICS["steps"], series_of(of), Order(zone), *ANY_DAY)
        return {each.day: round(each.value, 6) for each in found if each.value}

    assert totals(with_zeros) == pytest.approx(totals(lists))


@given(st.lists(sample_lists(), min_size=2, max_size=4))
def test_no_instant_is_counted_for_two_sources_unless_one_of_them_saw_more(lists: list[list[Sample]]) -> None:
    fused = fuse(METRICS["heart_rate"], series_of(lists, "heart_rate"), Order())
    covered: list[tuple[int, int]] = []
    for each in fused:
        # Longer than a day none keeps others out.
        ends = np.minimum(each.parts.end_ms, each.parts.start_ms + DAY_MS)
        spans = list(zip(each.parts.start_ms.tolist(), ends.tolist(), strict=True))
        for (start, end), share in zip(spans, each.counted.tolist(), strict=True):
            assert share == pytest.approx(1 - _covered(start, end, covered) / (end - start))
        covered += spans


def _covered(start: int, end: int, spans: list[tuple[int, int]]) -> int:
    """How much of a span others cover, by going through all of their edges."""
    edges = sorted({start, end, *(edge for span in spans for edge in span if start < edge < end)})
    return sum(high - low for low, high in pairwise(edges) if any(s <= low and high <= e for s, e in spans))


def test_nothing_at_all_has_no_figure() -> None:
    assert figures(METRICS["steps"], [], Order(), *ANY_DAY) == []
    assert fuse(METRICS["steps"], [], Order()) == []
