"""Exchanging keys for tokens, rotating the signing secret, and the published keys."""

import base64
from datetime import timedelta
from uuid import UUID, uuid4

import jwt
import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.encryption import Keyring
from healthpartner.domains.auth.token_keys import TokenKeys
from healthpartner.domains.tenants.signing import service as signing
from tests.support.api import Api, Member, Partner

TOKEN, ROTATE = "/v1/auth/token", "/v1/auth/signing-secret/rotate"


async def test_credentials_are_exchanged_with_a_tenant_key_only(alice: Member) -> None:
    for headers in ({}, {"authorization": f"Bearer {alice.token}"}, {"taih-tenant-key": "hp_sandbox_wrong"}):
        for path in (TOKEN, ROTATE, "/v1/auth/tenant-key/rotate"):
            refused = await alice.client.post(path, json={"user_id": str(alice.user_id)}, headers=headers)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Bearer")


async def test_another_partners_member_gets_no_token(acme: Partner, charlie: Member) -> None:
    for user_id in (charlie.user_id, uuid4()):
        refused = await acme.post(TOKEN, json={"user_id": str(user_id)})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")


async def test_a_token_opens_its_members_paths_for_an_hour(acme: Partner, alice: Member, clock: SettableClock) -> None:
    issued = (await acme.post(TOKEN, json={"user_id": str(alice.user_id)})).json()["data"]

    assert (issued["token_type"], issued["expires_in"]) == ("Bearer", 3600)
    assert (issued["expires_at"], issued["scope"]) == ("2026-03-14T10:00:00Z", "member:read member:write")
    headers = {"authorization": f"bearer {issued['access_token']}"}
    clock.advance(timedelta(seconds=3599))
    assert (await alice.client.get(alice.path, headers=headers)).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert (await alice.client.get(alice.path, headers=headers)).status_code == 401


async def test_a_narrower_token_reads_and_does_not_write(acme: Partner, alice: Member) -> None:
    issued = (await acme.post(TOKEN, json={"user_id": str(alice.user_id), "scope": "member:read"})).json()["data"]
    headers = {"authorization": f"Bearer {issued['access_token']}"}

    assert issued["scope"] == "member:read"
    assert (await alice.get("", headers=headers)).status_code == 200
    assert (await alice.patch("", json={"name": "A"}, headers=headers)).status_code == 403


@pytest.mark.parametrize("scope", ["admin", "member:read admin", " "])
async def test_a_scope_that_does_not_exist_is_refused(acme: Partner, alice: Member, scope: str) -> None:
    refused = await acme.post(TOKEN, json={"user_id": str(alice.user_id), "scope": scope})

    assert [(d["field"], d["code"]) for d in refused.json()["error"]["details"]] == [("scope", "unknown_value")]


async def test_tokens_verify_with_the_published_keys(api: Api, alice: Member) -> None:
    published = (await api.client.get("/.well-known/jwks.json")).json()["keys"]
    header = jwt.get_unverified_header(alice.token)
    (jwk,) = [key for key in published if key["kid"] == header["kid"]]

    key = jwt.PyJWK(jwk)
    claims = jwt.decode(
        alice.token, key.key, algorithms=["EdDSA"], audience="healthpartner", options={"verify_exp": False}
    )

    assert claims["sub"] == str(alice.user_id)
    assert set(jwk) == {"kty", "crv", "x", "kid", "use", "alg"}


async def test_tokens_of_the_old_key_outlive_its_rotation(api: Api, alice: Member) -> None:
    before = alice.token
    kid = await api.platform.tokens.keys.rotate(timedelta(minutes=30))

    assert (await alice.get("")).status_code == 200
    issued = await api.platform.tokens.issue(*await _owner(api, before), ("member:read",))
    assert jwt.get_unverified_header(issued.token)["kid"] == kid
    published = (await api.client.get("/.well-known/jwks.json")).json()["keys"]
    assert {jwt.get_unverified_header(before)["kid"], kid} <= {key["kid"] for key in published}


async def test_another_process_accepts_a_key_made_by_this_one(api: Api, keyring: Keyring, clock: SettableClock) -> None:
    elsewhere = TokenKeys(api.platform.database.system, keyring, clock)
    await elsewhere.prepare()
    kid = await api.platform.tokens.keys.rotate(timedelta(hours=1))

    clock.advance(timedelta(seconds=5))

    assert (await elsewhere.verifying(kid)) is not None
    assert (await elsewhere.verifying("unknown")) is None


async def test_a_rotated_signing_secret_signs_beside_the_old_one(
    acme: Partner, keyring: Keyring, clock: SettableClock
) -> None:
    async with acme.tenant.uow() as uow:
        await signing.create_first(uow, keyring)
        await uow.commit()

    rotated = await acme.post(ROTATE, json={"grace_period_seconds": 120})

    assert rotated.status_code == 200
    data = rotated.json()["data"]
    secret = data.pop("new_signing_secret")
    assert data == {
        "signing_secret_rotated_at": "2026-03-14T09:00:00Z",
        "previous_secret_expires_at": "2026-03-14T09:02:00Z",
    }
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) >= 32
    async with acme.tenant.uow() as uow:
        assert len(await signing.active_secrets(uow, keyring)) == 2
    clock.advance(timedelta(minutes=2))
    async with acme.tenant.uow() as uow:
        assert await signing.active_secrets(uow, keyring) == [base64.b64decode(secret.removeprefix("whsec_"))]


@pytest.mark.parametrize("given", [base64.b64encode(bytes(range(40))).decode(), bytes(range(40)).hex()])
async def test_a_partner_can_bring_its_own_signing_secret(acme: Partner, keyring: Keyring, given: str) -> None:
    rotated = await acme.post(ROTATE, json={"signing_secret": given})

    assert rotated.status_code == 200
    assert "new_signing_secret" not in rotated.json()["data"]
    assert rotated.json()["data"]["previous_secret_expires_at"] == "2026-03-15T09:00:00Z"
    async with acme.tenant.uow() as uow:
        assert (await signing.active_secrets(uow, keyring))[0] == bytes(range(40))


@pytest.mark.parametrize("given", ["", "c2hvcnQ=", "00" * 31, "not base64 at all !!!"])
async def test_a_weak_signing_secret_is_refused_without_being_quoted(acme: Partner, given: str) -> None:
    refused = await acme.post(ROTATE, json={"signing_secret": given})

    assert refused.status_code == 422
    assert [detail["field"] for detail in refused.json()["error"]["details"]] == ["signing_secret"]
    assert not given or given not in refused.text


async def test_a_secret_that_is_too_short_is_called_that(acme: Partner) -> None:
    refused = await acme.post(ROTATE, json={"signing_secret": "00" * 31})

    assert refused.json()["error"]["details"][0]["code"] == "too_short"


async def _owner(api: Api, token: str) -> tuple[UUID, UUID]:
    caller = await api.platform.tokens.verify(token)
    return caller.org_id, caller.user_id
