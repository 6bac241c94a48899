"""Reading the audit log."""

from datetime import timedelta
from typing import Any

import pytest

from healthpartner.core.clock import SettableClock
from tests.support.api import Member, Partner

LOG = "/v1/admin/org/audit-log"


async def entries(partner: Partner, **filters: Any) -> list[dict[str, Any]]:
    answer = await partner.get(LOG, params={"limit": 100, **filters})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_the_audit_log_needs_a_tenant_key(alice: Member) -> None:
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}):
        assert (await alice.client.get(LOG, headers=headers)).status_code == 401


async def test_another_partners_log_is_not_shown(acme: Partner, globex: Partner, charlie: Member) -> None:
    assert [entry for entry in await entries(acme) if entry["user_id"] == str(charlie.user_id)] == []
    assert await entries(acme, user_id=str(charlie.user_id)) == []
    assert len(await entries(globex, user_id=str(charlie.user_id))) == 1


async def test_an_entry_says_who_did_what_to_whose_data_and_when(acme: Partner, alice: Member) -> None:
    changed = await alice.patch("", json={"phone": "+49 30 901820"}, headers={"x-request-id": "req-1"})
    assert changed.status_code == 204

    (entry,) = await entries(acme, action="member.updated")

    assert entry.pop("entry_id")
    assert entry == {
        "occurred_at": "2026-03-14T09:00:00Z",
        "actor_type": "member",
        "actor_id": str(alice.user_id),
        "action": "member.updated",
        "subject_type": "member",
        "subject_id": str(alice.user_id),
        "user_id": str(alice.user_id),
        "request_id": "req-1",
    }


async def test_the_log_is_filtered_by_member_and_time(
    acme: Partner, alice: Member, bob: Member, clock: SettableClock
) -> None:
    clock.advance(timedelta(minutes=10))
    for member in (alice, bob):
        await member.patch("", json={"preferences": "tea"})
    clock.advance(timedelta(minutes=10))
    await alice.patch("", json={"preferences": "coffee"})

    of_alice = await entries(acme, user_id=str(alice.user_id))
    between = await entries(acme, start="2026-03-14T09:10:00Z", end="2026-03-14T09:20:00Z")

    assert [entry["occurred_at"][11:16] for entry in of_alice] == ["09:20", "09:10", "09:00"]
    assert {entry["user_id"] for entry in between} == {str(alice.user_id), str(bob.user_id)}
    assert await entries(acme, start="2026-03-14T11:10:00+02:00", end="2026-03-14T11:20:00+02:00") == between


@pytest.mark.parametrize("start", ["yesterday", "2026-03-14T09:00:00", "0001-01-01T00:00:00+14:00"])
async def test_a_window_that_is_no_instant_is_refused(acme: Partner, start: str) -> None:
    refused = await acme.get(LOG, params={"start": start})

    assert refused.status_code == 422
    assert [(d["field"], d["code"]) for d in refused.json()["error"]["details"]] == [("start", "invalid_value")]


async def test_a_cursor_is_stable_while_entries_are_added(acme: Partner, alice: Member, clock: SettableClock) -> None:
    for _ in range(4):
        clock.advance(timedelta(seconds=1))
        await alice.patch("", json={"preferences": "tea"})
    expected = [entry["entry_id"] for entry in await entries(acme)]

    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (await acme.get(LOG, params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
        seen += [row["entry_id"] for row in page["data"]]
        clock.advance(timedelta(seconds=1))
        await alice.patch("", json={"preferences": "more tea"})
        if (cursor := page["pagination"]["next_cursor"]) is None:
            break

    assert seen == expected


async def test_a_made_up_cursor_is_refused(acme: Partner) -> None:
    for cursor in ("nonsense", "W10", "WyIyMDI2Il0"):
        refused = await acme.get(LOG, params={"cursor": cursor})
        assert refused.status_code == 422
        assert refused.json()["error"]["details"][0]["field"] == "cursor"
