"""Which samples count when sources overlap."""

from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleBatch, SampleSource
from healthpartner.domains.metrics.samples.service import StoredChunk
from healthpartner.domains.metrics.timeseries.overlaps import SLOT_MS, ranked, without_overlaps

HOUR = 3_600_000


class Span(NamedTuple):
    start: int
    duration: int


def chunk(source_id: int, provider: str, spans: list[Span]) -> StoredChunk:
    ordered = sorted({span.start: span for span in spans}.values())
    starts = np.array([span.start for span in ordered], np.int64)
    durations = np.array([span.duration for span in ordered], np.int64)
    values = np.ones(len(ordered))
    batch = SampleBatch(METRICS["steps"], starts, durations, values, None, np.zeros(len(ordered), np.int16))
    return StoredChunk(source_id, SampleSource(provider), batch)


def slots(span: Span) -> set[int]:
    return set(range(span.start // SLOT_MS, (span.start + max(span.duration, 1) - 1) // SLOT_MS + 1))


def counted_one_by_one(series: list[StoredChunk]) -> list[tuple[int, int]]:
    """The rule in plain words: (source, start) of what counts."""
    covered: set[int] = set()
    counted = []
    for each in series:
        spans = [
            Span(*pair) for pair in zip(each.batch.start_ms.tolist(), each.batch.duration_ms.tolist(), strict=True)
        ]
        free = [span for span in spans if not slots(span) & covered]
        counted += [(each.source_id, span.start) for span in free]
        covered |= {slot for span in free for slot in slots(span)}
    return counted


def test_the_partner_comes_before_vendors_and_vendors_before_phones() -> None:
    series = [
        chunk(1, "health_connect", [Span(0, 1)] * 1),
        chunk(2, "apple_health", [Span(0, 1)]),
        chunk(3, "oura", [Span(0, 1)]),
        chunk(4, "garmin", [Span(0, 1)]),
        chunk(5, "garmin", [Span(0, 1), Span(HOUR, 1)]),
        chunk(6, "partner:acme", [Span(0, 1)]),
    ]

    assert [each.source_id for each in ranked(series)] == [6, 5, 4, 3, 2, 1]


def test_a_long_sample_keeps_a_lower_source_out_of_all_its_slots() -> None:
    partner = chunk(1, "partner:acme", [Span(10 * HOUR, HOUR)])
    phone = chunk(2, "apple_health", [Span(10 * HOUR + minute * 60_000, 60_000) for minute in (-1, 0, 30, 59, 60)])

    _, kept = without_overlaps([phone, partner], 0, 24 * HOUR)

    assert kept.batch.start_ms.tolist() == [10 * HOUR - 60_000, 11 * HOUR]


@given(
    st.lists(
        st.lists(st.builds(Span, st.integers(7 * HOUR, 9 * HOUR - 1), st.integers(0, HOUR)), max_size=12), max_size=4
    )
)
def test_no_slot_is_counted_for_two_sources(spans: list[list[Span]]) -> None:
    providers = ["apple_health", "partner:acme", "garmin", "oura"]
    series = [chunk(at, providers[at], each) for at, each in enumerate(spans) if each]

    kept = without_overlaps(series, 7 * HOUR, 9 * HOUR)

    found = [(each.source_id, start) for each in kept for start in each.batch.start_ms.tolist()]
    assert found == counted_one_by_one(ranked(series))
