"""Work that is cut off before one of its statements, whichever."""

from typing import Any

import pytest

from healthpartner.core.unit_of_work import UnitOfWork

STATEMENTS = ("fetch", "fetchrow", "fetchval", "execute", "commit")


class Killed(BaseException):
    pass


def kill_at(place: int, patched: pytest.MonkeyPatch) -> None:
    """Raises Killed in place of the statement of that place, counted from now on."""
    seen = 0

    def counted(method: Any) -> Any:
        async def call(*arguments: Any) -> Any:
            nonlocal seen
            if seen == place:
                raise Killed
            seen += 1
            return await method(*arguments)

        return call

    for name in STATEMENTS:
        patched.setattr(UnitOfWork, name, counted(getattr(UnitOfWork, name)))
