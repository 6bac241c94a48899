"""Charts as shapes."""

from hypothesis import given
from hypothesis import strategies as st

from healthpartner.web.console import charts

VALUES = st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 1e12)), min_size=1, max_size=100)


@given(VALUES)
def test_every_bar_is_inside_its_chart(values: list[float]) -> None:
    drawn = charts.columns([charts.Column(str(n), "", (("", v), ("bad", v / 2))) for n, v in enumerate(values)])
    for bar in drawn.bars:
        assert charts.LEFT <= bar.x <= bar.x + bar.width <= drawn.width + 0.2
        assert 0 <= bar.y + bar.height <= drawn.floor + 0.2
    assert len(drawn.bars) == 2 * sum(value > 0 for value in values)


@given(st.floats(1e-6, 1e12))
def test_the_top_of_the_axis_is_just_above_the_highest_value(highest: float) -> None:
    top = charts.top_of(highest)
    assert highest <= top <= 2.6 * highest * 1.0001


def test_nothing_is_a_chart_too() -> None:
    drawn = charts.columns([charts.Column("Mon", "", (("", 0),))])
    assert drawn.bars == []
    assert [line.text for line in drawn.lines] == ["0", "0", "1"]
