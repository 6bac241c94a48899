"""The ids of entries, a column at a time."""

from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.domains.metrics.items.entry_ids import EntryIds

some = st.lists(st.uuids(), max_size=20)


@given(some)
def test_ids_are_kept_and_told_as_they_are(ids: list[UUID]) -> None:
    texts = [str(each) for each in ids]

    kept = EntryIds.kept(EntryIds.told(texts).halves)

    assert kept.texts == texts


@given(some.filter(bool))
def test_halves_are_in_the_order_of_ids(ids: list[UUID]) -> None:
    upper, lower = EntryIds.told([str(each) for each in ids]).halves.view(np.uint64).T

    assert [ids[at] for at in np.lexsort((lower, upper)).tolist()] == sorted(ids)


@given(some, st.data())
def test_some_are_taken_in_the_order_asked_for(ids: list[UUID], data: st.DataObject) -> None:
    at = data.draw(st.lists(st.integers(0, len(ids) - 1), max_size=5)) if ids else []

    taken = EntryIds.told([str(each) for each in ids]).take(np.array(at, np.intp))

    assert taken.texts == [str(ids[each]) for each in at]
    assert EntryIds.kept(taken.halves).texts == taken.texts
