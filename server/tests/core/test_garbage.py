"""Setting aside what a process keeps for good."""

import gc
import weakref

from healthpartner.core.garbage import set_aside_what_stays


class Knot:
    """Holds itself, so that only a collection removes it."""

    def __init__(self) -> None:
        self.itself = self


def test_collections_pass_over_what_was_there_and_nothing_else() -> None:
    early = Knot()
    watched = weakref.ref(early)
    try:
        set_aside_what_stays()
        late = Knot()
        watched_too = weakref.ref(late)
        del early, late
        gc.collect()

        assert watched() is not None
        assert watched_too() is None
    finally:
        gc.unfreeze()
    gc.collect()
    assert watched() is None
