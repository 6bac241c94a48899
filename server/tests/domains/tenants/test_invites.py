"""Operations on invites."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from healthpartner.core.clock import SettableClock
from tests.support.api import Member, Partner

INVITES = "/v1/admin/org/invites"


async def invite(partner: Partner, email: str = "dora@example.org", scope: str = "viewer") -> httpx.Response:
    return await partner.post(INVITES, json={"email": email, "scope": scope})


async def made(partner: Partner, email: str = "dora@example.org") -> dict[str, Any]:
    answer = await invite(partner, email)
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def accept(partner: Partner, invite_id: str) -> None:
    async with partner.tenant.uow() as uow:
        await uow.execute("UPDATE invite SET accepted_at = $2 WHERE invite_id = $1", invite_id, uow.now())
        await uow.commit()


async def test_invites_need_a_tenant_key(alice: Member) -> None:
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}):
        assert (await alice.client.get(INVITES, headers=headers)).status_code == 401
        assert (await alice.client.post(INVITES, json={}, headers=headers)).status_code == 401
        assert (await alice.client.delete(f"{INVITES}/{uuid4()}", headers=headers)).status_code == 401


async def test_another_partners_invite_is_not_there(acme: Partner, globex: Partner) -> None:
    theirs = await made(globex)

    assert (await acme.delete(f"{INVITES}/{theirs['id']}")).status_code == 404
    assert (await acme.get(INVITES)).json()["data"] == []
    assert (await invite(acme)).status_code == 201


async def test_an_invite_shows_its_address_once(acme: Partner) -> None:
    answer = await invite(acme, " Dora@Example.org".strip(), "developer")

    assert answer.status_code == 201
    created = answer.json()["data"]
    assert created.pop("invite_url").startswith(f"http://api.test/console/invites/{created['token_prefix']}_")
    assert created["email"] == "dora@example.org"
    assert (created["status"], created["scope"]) == ("pending", "developer")
    assert (created["created_at"], created["expires_at"]) == ("2026-03-14T09:00:00Z", "2026-03-21T09:00:00Z")
    assert (await acme.get(INVITES)).json()["data"] == [created]


async def test_the_token_is_kept_as_a_digest_only(acme: Partner) -> None:
    token = (await made(acme))["invite_url"].rpartition("/")[2]

    async with acme.tenant.uow() as uow:
        kept = await uow.fetch("SELECT invite::text AS row FROM invite")

    assert len(kept) == 1
    assert token not in kept[0]["row"]
    assert token.encode().hex() not in kept[0]["row"]


async def test_an_email_has_one_pending_invite_whatever_its_case(acme: Partner) -> None:
    await made(acme)

    again = await invite(acme, "DORA@example.ORG")

    assert again.status_code == 409
    assert again.json()["error"]["code"] == "invite_pending"


async def test_two_invites_at_once_leave_one(acme: Partner) -> None:
    answers = await asyncio.gather(*(invite(acme) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_an_expired_invite_makes_room_for_another(acme: Partner, clock: SettableClock) -> None:
    first = await made(acme)
    clock.advance(timedelta(days=7))

    second = await made(acme)

    states = {row["id"]: row["status"] for row in (await acme.get(INVITES)).json()["data"]}
    assert states == {first["id"]: "expired", second["id"]: "pending"}


async def test_a_console_member_is_not_invited_again(acme: Partner) -> None:
    async with acme.tenant.uow() as uow:
        await uow.execute(
            "INSERT INTO console_member (org_id, member_id, email, scope, created_at) "
            "VALUES ($1, $2, 'dora@example.org', 'admin', $3)",
            acme.org_id,
            uuid4(),
            uow.now(),
        )
        await uow.commit()

    refused = await invite(acme, "Dora@example.org")

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")


async def test_an_invite_is_revoked_once(acme: Partner) -> None:
    created = await made(acme)

    first = await acme.delete(f"{INVITES}/{created['id']}")
    second = await acme.delete(f"{INVITES}/{created['id']}")

    assert first.status_code == 204
    assert (second.status_code, second.json()["error"]["code"]) == (409, "invite_already_revoked")
    row = (await acme.get(INVITES)).json()["data"][0]
    assert (row["status"], row["revoked_at"]) == ("revoked", "2026-03-14T09:00:00Z")
    assert (await invite(acme)).status_code == 201


async def test_an_accepted_invite_cannot_be_revoked(acme: Partner) -> None:
    created = await made(acme)
    await accept(acme, created["id"])

    refused = await acme.delete(f"{INVITES}/{created['id']}")

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "invite_already_accepted")


async def test_invites_are_filtered_by_status(acme: Partner) -> None:
    accepted, revoked, pending = [await made(acme, f"{name}@example.org") for name in ("a", "r", "p")]
    await accept(acme, accepted["id"])
    await acme.delete(f"{INVITES}/{revoked['id']}")

    for status, row in (("accepted", accepted), ("revoked", revoked), ("pending", pending)):
        listed = (await acme.get(INVITES, params={"status": status})).json()
        assert [found["id"] for found in listed["data"]] == [row["id"]]
        assert listed["pagination"]["total"] == 1
    refused = await acme.get(INVITES, params={"status": "lost"})
    assert refused.status_code == 422
    assert refused.json()["error"]["details"][0]["field"] == "status"


async def test_an_invite_needs_an_email_and_a_scope(acme: Partner) -> None:
    refused = await acme.post(INVITES, json={"email": "nobody", "scope": "owner"})

    assert {(d["field"], d["code"]) for d in refused.json()["error"]["details"]} == {
        ("email", "invalid_value"),
        ("scope", "unknown_value"),
    }
