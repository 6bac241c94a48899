"""A packer that is killed before any of its statements has lost nothing, and packs the rest when it comes back."""

import pytest

from tests.conftest import MakeOrg
from tests.domains.metrics.packing.cast import FIRST, days_from, everything, pack, rows, sparse_day
from tests.domains.metrics.retention.cast import put
from tests.domains.metrics.samples.stored import chunk_rows
from tests.support.kills import Killed, kill_at

# October whole, and nine days of November.
DAYS = days_from(FIRST, 40)
PACKS = [(DAYS[0], DAYS[30]), (DAYS[31], DAYS[39])]


async def test_killed_before_any_statement_it_loses_nothing_and_goes_on(
    make_org: MakeOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await make_org()
    place, killed = 0, True
    while killed:
        member = await tenant.add_member()
        await put(tenant, member, *(sparse_day(day) for day in DAYS))
        expected = await everything(tenant, member)
        with monkeypatch.context() as patched:
            kill_at(place, patched)
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
