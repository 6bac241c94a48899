"""What rows of days are made of."""

from hypothesis import given
from hypothesis import strategies as st

from healthpartner.domains.metrics.activity.days import DECIMALS, rounded

# Among them ties, numbers close to one, and numbers of which a double has no such decimals.
numbers = st.one_of(
    st.floats(-1e15, 1e15),
    st.floats(-1000, 1000),
    st.integers(-(10**10), 10**10).map(lambda number: number / 2e6),
    st.integers(-(10**8), 10**8).map(lambda number: number / 1440),
)


@given(st.lists(numbers, min_size=1, max_size=40))
def test_columns_are_rounded_as_single_numbers_are(column: list[float]) -> None:
    assert list(map(repr, rounded(column))) == [repr(round(each, DECIMALS)) for each in column]
