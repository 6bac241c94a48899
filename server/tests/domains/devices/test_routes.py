"""Operations on linked devices."""

from datetime import timedelta

from healthpartner.core.clock import SettableClock
from tests.support.api import Member, Partner


async def test_devices_need_the_members_own_token(alice: Member, bob: Member, charlie: Member) -> None:
    assert (await alice.client.get(f"{alice.path}/devices")).status_code == 401
    for stranger in (bob, charlie):
        headers = {"authorization": f"Bearer {stranger.token}"}
        assert (await alice.get("/devices", headers=headers)).status_code == 403
        body = {"platform": "health_connect"}
        assert (await alice.post("/devices/actions/register", json=body, headers=headers)).status_code == 403


async def test_a_phones_platform_is_linked_once(alice: Member, bob: Member, clock: SettableClock) -> None:
    first = await alice.post("/devices/actions/register", json={"platform": "apple_health_kit"})
    clock.advance(timedelta(minutes=1))
    second = await alice.post("/devices/actions/register", json={"platform": "apple_health_kit"})

    assert first.status_code == 201
    data = first.json()["data"]
    assert (data["provider_slug"], data["backfill_status"]) == ("apple_health_kit", "pending")
    assert second.json() == first.json()
    listed = (await alice.get("/devices")).json()
    assert listed == {
        "data": [
            {
                "provider_slug": "apple_health_kit",
                "device_name": "Apple Health",
                "connected_at": "2026-03-14T09:00:00Z",
                "last_sync_at": None,
                "status": "connected",
            }
        ],
        "pagination": {"limit": 10, "offset": 0, "total": 1, "next_cursor": None},
    }
    assert (await bob.get("/devices")).json()["data"] == []


async def test_linking_is_told_once(acme: Partner, alice: Member) -> None:
    for _ in range(2):
        await alice.post("/devices/actions/register", json={"platform": "health_connect"})

    async with acme.tenant.uow() as uow:
        told = await uow.fetch("SELECT type, user_id FROM event")
    assert [tuple(row) for row in told] == [("device.connection.updated", alice.user_id)]


async def test_an_unknown_platform_is_refused(alice: Member) -> None:
    refused = await alice.post("/devices/actions/register", json={"platform": "smart_fridge"})

    assert refused.status_code == 422
    assert [(d["field"], d["code"]) for d in refused.json()["error"]["details"]] == [("platform", "unknown_value")]


async def test_a_page_holds_up_to_200_devices(alice: Member) -> None:
    assert (await alice.get("/devices", params={"limit": 200})).status_code == 200
    refused = await alice.get("/devices", params={"limit": 201})

    assert [(d["field"], d["code"]) for d in refused.json()["error"]["details"]] == [("limit", "out_of_range")]


async def test_a_cursor_shows_every_device_once(alice: Member, clock: SettableClock) -> None:
    for platform in ("apple_health_kit", "health_connect"):
        await alice.post("/devices/actions/register", json={"platform": platform})
        clock.advance(timedelta(minutes=1))

    first = (await alice.get("/devices", params={"limit": 1})).json()
    second = (await alice.get("/devices", params={"limit": 1, "cursor": first["pagination"]["next_cursor"]})).json()

    assert [row["provider_slug"] for row in first["data"] + second["data"]] == ["health_connect", "apple_health_kit"]
    assert second["pagination"]["next_cursor"] is None
