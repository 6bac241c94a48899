"""A packer that is killed before any of its statements has lost nothing, and packs the rest when it comes back."""

from typing import Any

import pytest

from healthpartner.core.unit_of_work import UnitOfWork
from tests.conftest import MakeOrg
from tests.domains.metrics.packing.cast import FIRST, chunk_rows, everything, pack, rows, sparse_day
from tests.domains.metrics.packing.cast import days_from as days
from tests.domains.metrics.retention.cast import put

STATEMENTS = ("fetch", "fetchrow", "fetchval", "execute", "commit")


class Killed(BaseException):
    pass


async def test_killed_before_any_statement_it_loses_nothing_and_goes_on(
    make_org: MakeOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await make_org()
    place, killed = 0, True
    while killed:
        member = await tenant.add_member()
        await put(tenant, member, *(sparse_day(day) for day in days(FIRST, 40)))
        expected = await everything(tenant, member)
        with monkeypatch.context() as patched:
            _kill_at(place, patched)
            try:
                await pack(tenant)
                killed = False
            except Killed:
                place += 1
        assert await everything(tenant, member) == expected
        await pack(tenant)
        assert await everything(tenant, member) == expected
        assert await rows(tenant, member, "weight") == ([], PACKS)
        assert await chunk_rows(tenant, member) == []
    assert place > 15


PACKS = [(days(FIRST, 1)[0], days(FIRST, 31)[-1]), (days(FIRST, 32)[-1], days(FIRST, 40)[-1])]


def _kill_at(place: int, patched: pytest.MonkeyPatch) -> None:
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
