"""Operations on tenant keys."""

from datetime import timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.clock import SettableClock
from healthpartner.domains.tenants.keys import rules
from tests.support.api import Member, Partner

KEYS = "/v1/admin/org/tenant-keys"


async def test_keys_need_a_tenant_key(alice: Member) -> None:
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}):
        assert (await alice.client.get(KEYS, headers=headers)).status_code == 401
        assert (await alice.client.post(KEYS, json={"name": "x"}, headers=headers)).status_code == 401
        assert (await alice.client.delete(f"{KEYS}/{uuid4()}", headers=headers)).status_code == 401


async def test_a_key_is_shown_once_and_works(acme: Partner) -> None:
    made = await acme.post(KEYS, json={"name": "ci"})

    assert made.status_code == 201
    created = made.json()["data"]
    secret = created.pop("secret")
    assert secret.startswith(f"{created['prefix']}_")
    assert (created["name"], created["is_current"]) == ("ci", False)
    listed = await acme.get(KEYS, headers={"taih-tenant-key": secret})
    assert listed.status_code == 200
    assert secret not in listed.text
    assert {row["name"]: row["is_current"] for row in listed.json()["data"]} == {"first": False, "ci": True}


async def test_the_database_holds_no_key(acme: Partner) -> None:
    async with acme.tenant.uow() as uow:
        (row,) = await uow.fetch("SELECT tenant_key::text AS row FROM tenant_key")

    assert acme.key not in row["row"]
    assert acme.key.encode().hex() not in row["row"]


async def test_a_revoked_key_is_refused_and_listed_on_demand(acme: Partner) -> None:
    created = (await acme.post(KEYS, json={"name": "old"})).json()["data"]

    assert (await acme.delete(f"{KEYS}/{created['id']}")).status_code == 204

    assert (await acme.get(KEYS, headers={"taih-tenant-key": created["secret"]})).status_code == 401
    assert [row["name"] for row in (await acme.get(KEYS)).json()["data"]] == ["first"]
    shown = (await acme.get(KEYS, params={"include_revoked": "true"})).json()
    assert {row["name"]: row["revoked_at"] for row in shown["data"]} == {"first": None, "old": "2026-03-14T09:00:00Z"}
    assert shown["pagination"]["total"] == 2


async def test_the_key_in_use_cannot_revoke_itself(acme: Partner) -> None:
    (own,) = (await acme.get(KEYS)).json()["data"]

    refused = await acme.delete(f"{KEYS}/{own['id']}")

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "cannot_revoke_self")
    assert (await acme.get(KEYS)).status_code == 200


async def test_another_partners_key_is_not_there(acme: Partner, globex: Partner) -> None:
    (theirs,) = (await globex.get(KEYS)).json()["data"]

    assert (await acme.delete(f"{KEYS}/{theirs['id']}")).status_code == 404
    assert (await globex.get(KEYS)).status_code == 200


async def test_a_rotated_key_ends_after_its_grace(acme: Partner, clock: SettableClock) -> None:
    rotated = await acme.post("/v1/auth/tenant-key/rotate", json={"grace_period_seconds": 60})

    assert rotated.status_code == 200
    data = rotated.json()["data"]
    assert data["previous_key_expires_at"] == "2026-03-14T09:01:00Z"
    new = {"taih-tenant-key": data["new_tenant_api_key"]}
    assert (await acme.get(KEYS)).status_code == 200
    clock.advance(timedelta(seconds=60))
    assert (await acme.get(KEYS)).status_code == 401
    assert (await acme.get(KEYS, headers=new)).status_code == 200


async def test_a_rotation_without_a_body_gives_a_day(acme: Partner) -> None:
    rotated = await acme.post("/v1/auth/tenant-key/rotate")

    assert rotated.json()["data"]["previous_key_expires_at"] == "2026-03-15T09:00:00Z"


async def test_no_second_rotation_lengthens_the_grace(acme: Partner) -> None:
    await acme.post("/v1/auth/tenant-key/rotate", json={"grace_period_seconds": 60})

    again = await acme.post("/v1/auth/tenant-key/rotate", json={"grace_period_seconds": 604_800})

    assert again.json()["data"]["previous_key_expires_at"] == "2026-03-14T09:01:00Z"


async def test_a_grace_lasts_at_most_a_week(acme: Partner) -> None:
    for seconds in (-1, 604_801):
        refused = await acme.post("/v1/auth/tenant-key/rotate", json={"grace_period_seconds": seconds})
        assert [(d["field"], d["code"]) for d in refused.json()["error"]["details"]] == [
            ("grace_period_seconds", "out_of_range")
        ]


async def test_the_last_use_is_noted_once_a_minute(acme: Partner, clock: SettableClock) -> None:
    seen = []
    for _ in range(3):
        clock.advance(timedelta(seconds=45))
        (row,) = (await acme.get(KEYS)).json()["data"]
        seen.append(row["last_used_at"][11:19])

    assert seen == ["09:00:45", "09:00:45", "09:02:15"]


async def test_a_key_of_the_other_environment_is_refused(acme: Partner) -> None:
    live = acme.key.replace("hp_sandbox_", "hp_live_", 1)

    assert (await acme.get(KEYS, headers={"taih-tenant-key": live})).status_code == 401


@given(st.text(max_size=60))
def test_only_what_was_minted_passes_as_a_key(noise: str) -> None:
    key = rules.new_key("hp_sandbox_")
    assert rules.prefix_of(key.secret, "hp_sandbox_") == key.prefix
    assert rules.matches(key.secret, key.digest)
    assert rules.prefix_of(key.secret, "hp_live_") is None

    changed = key.secret + noise
    assert rules.matches(changed, key.digest) is (changed == key.secret)
    rules.prefix_of(noise, "hp_sandbox_")
