"""Ways of sending the same sessions in several calls."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


def in_batches(data: st.DataObject, items: Sequence[T]) -> list[Sequence[T]]:
    """All of them in their order, cut anywhere; some batches may be empty."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(items)), max_size=4)))
    return [items[first:last] for first, last in zip([0, *cuts], [*cuts, len(items)], strict=True)]
