"""Every member has a turn, whatever becomes of the others'."""

from uuid import UUID

import pytest

from healthpartner.core.errors import Unauthorized
from healthpartner.core.jobs import rounds
from healthpartner.core.jobs.rounds import go_round

MEMBERS = [UUID(int=number) for number in range(1, 8)]


async def page(after: UUID, most: int) -> list[UUID]:
    return [member for member in MEMBERS if member > after][:most]


@pytest.mark.parametrize("a_page", [1, 3, 7, 500])
async def test_members_have_their_turn_once_however_many_are_on_a_page(
    monkeypatch: pytest.MonkeyPatch, a_page: int
) -> None:
    monkeypatch.setattr(rounds, "MEMBERS_A_PAGE", a_page)
    met = []

    async def work(member: UUID) -> None:
        met.append(member)

    assert await go_round(page, work, "failed") == (7, 0)
    assert met == MEMBERS


async def test_one_members_fault_is_counted_and_one_who_is_gone_is_not() -> None:
    async def work(member: UUID) -> None:
        if member == MEMBERS[2]:
            raise ValueError
        if member == MEMBERS[4]:
            raise Unauthorized

    assert await go_round(page, work, "failed") == (5, 1)
