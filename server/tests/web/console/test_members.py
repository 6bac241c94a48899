"""Members in the console: connections and freshness, and who may see more."""

from collections.abc import Awaitable, Callable
from typing import Any

from healthpartner.domains.tenants.console_members.schemas import ConsoleScope
from tests.support.api import Member, Partner
from tests.support.console import Person, text_of


async def measured(member: Member) -> None:
    item = {"client_id": "a", "start": "2026-03-14T08:00:00Z", "value": 67.4321, "unit": "bpm"}
    answer = await member.post("/metrics/heart_rate/timeseries", json={"data": [item]})
    assert answer.status_code == 200, answer.text


async def looks(acme: Partner, action: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await acme.get(f"/v1/admin/org/audit-log?action={action}")).json()["data"]
    return entries


async def test_members_are_listed_with_connection_and_freshness(admin: Person, alice: Member, bob: Member) -> None:
    await measured(alice)
    linked = await alice.post("/devices/actions/register", json={"platform": "apple_health_kit"})
    assert linked.status_code < 300, linked.text

    text = (await admin.get("/console/members")).text

    assert str(alice.user_id) in text
    assert str(bob.user_id) in text
    assert "just now" in text
    assert "apple health kit" in text
    assert "67.4" not in text
    assert "Alice" not in text


async def test_each_look_at_a_member_is_on_record(admin: Person, acme: Partner, alice: Member) -> None:
    await measured(alice)

    page = await admin.get(f"/console/members/{alice.user_id}")

    assert page.status_code == 200
    assert "67.4" not in page.text
    (look,) = await looks(acme, "member.viewed")
    assert (look["actor_type"], look["user_id"]) == ("console_member", str(alice.user_id))


async def test_an_admin_sees_health_values_when_asking_for_them_and_that_is_on_record(
    admin: Person, acme: Partner, alice: Member
) -> None:
    await measured(alice)
    assert "67.43" in text_of(await admin.get(f"/console/members/{alice.user_id}?values=shown"))
    (look,) = await looks(acme, "member.health_values_viewed")
    assert look["user_id"] == str(alice.user_id)


async def test_no_other_scope_sees_health_values(
    join: Callable[[ConsoleScope], Awaitable[Person]], acme: Partner, alice: Member
) -> None:
    await measured(alice)
    for scope in ("viewer", "developer"):
        somebody = await join(scope)
        page = await somebody.get(f"/console/members/{alice.user_id}?values=shown")
        assert page.status_code == 200
        assert "67.4" not in page.text
        assert "Health values" not in page.text
    assert await looks(acme, "member.health_values_viewed") == []


async def test_another_organizations_member_is_not_there(stranger: Person, alice: Member) -> None:
    assert (await stranger.get(f"/console/members/{alice.user_id}")).status_code == 404
    assert str(alice.user_id) not in (await stranger.get("/console/members")).text
    found = await stranger.get("/console/members", params={"search": str(alice.user_id)})
    assert "Nobody found" in found.text


async def test_members_are_found_by_either_id(admin: Person, acme: Partner, alice: Member) -> None:
    dora = await acme.add_member(external_id="customer-4711")
    by_own = (await admin.get("/console/members", params={"search": "customer-47"})).text
    by_ours = (await admin.get("/console/members", params={"search": str(dora.user_id)})).text
    for text in (by_own, by_ours):
        assert str(dora.user_id) in text
        assert str(alice.user_id) not in text


async def test_members_are_paged(admin: Person, acme: Partner) -> None:
    for _ in range(51):
        await acme.add_member()
    first = (await admin.get("/console/members")).text
    assert first.count("/console/members/") == 50
    assert "More members" in first
