"""Sets of moments."""

from hypothesis import given
from hypothesis import strategies as st

from healthpartner.domains.metrics.sessions.spans import Covered, length, overlapping

SPAN = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: (min(ends), max(ends)))


def moments(*spans: tuple[int, int]) -> set[int]:
    return {moment for start, end in spans for moment in range(start, end)}


@given(st.lists(SPAN, max_size=12), SPAN)
def test_what_is_free_is_what_no_span_covers(spans: list[tuple[int, int]], asked: tuple[int, int]) -> None:
    covered = Covered(spans)

    free = covered.free(asked)

    assert moments(*free) == moments(asked) - moments(*spans)
    assert length(free) == len(moments(*free))
    assert covered.overlap(asked) == len(moments(asked) & moments(*spans))


@given(st.lists(SPAN, max_size=12))
def test_groups_share_no_moment_and_lose_nothing(spans: list[tuple[int, int]]) -> None:
    groups = overlapping(spans, lambda span: span)

    assert sorted(span for group in groups for span in group) == sorted(spans)
    assert sum(len(moments(*group)) for group in groups) == len(moments(*spans))
