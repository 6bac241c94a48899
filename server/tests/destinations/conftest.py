"""The parts that the plugins' own tests publish to."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.parts.session import Parts


@pytest.fixture(scope="session")
def parts() -> Iterator[Parts]:
    with ExitStack() as stack:
        yield Parts(stack)
