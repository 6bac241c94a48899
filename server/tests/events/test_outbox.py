"""Recording events, on real PostgreSQL."""

from uuid import uuid4

import msgspec

from healthpartner.events import outbox
from tests.conftest import MakeOrg
from tests.support.database import Tenant
from tests.support.delivery import StepsCounted


async def recorded(tenant: Tenant) -> list[dict[str, object]]:
    async with tenant.uow() as uow:
        return [dict(row) for row in await uow.read("SELECT * FROM event ORDER BY position")]


async def test_the_body_is_json_text_with_everything_a_receiver_needs(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    async with tenant.uow() as uow:
        event_id = await outbox.record(uow, StepsCounted(7), member)
        await uow.commit()

    (row,) = await recorded(tenant)
    assert row["event_id"] == event_id
    assert event_id.version == 7
    assert msgspec.json.decode(str(row["body"])) == {
        "event_id": str(event_id),
        "event_type": "device.daily_data.updated",
        "occurred_at": "2026-03-14T09:00:00.000Z",
        "org_id": str(tenant.org_id),
        "user_id": str(member),
        "data": {"number": 7},
    }


async def test_an_event_about_the_organisation_names_no_member(make_org: MakeOrg) -> None:
    tenant = await make_org()
    async with tenant.uow() as uow:
        await outbox.record(uow, StepsCounted(1))
        await uow.commit()

    (row,) = await recorded(tenant)
    assert "user_id" not in msgspec.json.decode(str(row["body"]))


async def test_a_transaction_that_is_rolled_back_leaves_no_event(make_org: MakeOrg) -> None:
    tenant = await make_org()
    async with tenant.uow() as uow:
        await outbox.record(uow, StepsCounted(1))

    assert await recorded(tenant) == []


async def test_many_events_keep_their_order(make_org: MakeOrg) -> None:
    tenant = await make_org()
    async with tenant.uow() as uow:
        event_ids = await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in range(50)])
        assert await outbox.record_many(uow, []) == []
        await uow.commit()

    assert [row["event_id"] for row in await recorded(tenant)] == event_ids


async def test_erasing_a_member_leaves_the_events_of_others(make_org: MakeOrg) -> None:
    tenant = await make_org()
    alice, bob = await tenant.add_member(), await tenant.add_member()
    async with tenant.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(1), alice), (StepsCounted(2), bob), (StepsCounted(3), None)])
        await outbox.erase_member(uow, alice)
        await uow.commit()

    assert [row["user_id"] for row in await recorded(tenant)] == [bob, None]
