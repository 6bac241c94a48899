"""Every failure answers in the one envelope, and tells nothing about our insides."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from healthpartner.core.access import MEMBER_READ
from healthpartner.core.clock import SettableClock
from healthpartner.domains.auth.tokens import TokenIssuer
from healthpartner.domains.tenants.keys import service as tenant_keys
from tests.support.api import Api, Member, Partner

KEYS = "/v1/admin/org/tenant-keys"


def error_of(answer: httpx.Response) -> dict[str, Any]:
    """The error, after checking that the envelope has everything that every error has."""
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "details", "request_id"}
    assert error["request_id"] == answer.headers["x-request-id"]
    assert error["message"]
    for detail in error["details"]:
        assert set(detail) == {"field", "code", "message"}
    assert answer.headers["content-type"].startswith("application/json")
    return error


def faults_of(answer: httpx.Response) -> set[tuple[str, str]]:
    return {(detail["field"], detail["code"]) for detail in error_of(answer)["details"]}


async def send(partner: Partner, body: bytes, content_type: str = "application/json") -> httpx.Response:
    return await partner.post(KEYS, content=body, headers={"content-type": content_type})


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1", "/v1/nothing", "/v1/users/not-a-uuid", "/v2/users", "/v1/%2e%2e/metrics/x"]
)
async def test_an_unknown_path_is_404(acme: Partner, path: str) -> None:
    answer = await acme.get(path)

    assert answer.status_code == 404
    assert error_of(answer)["code"] == "not_found"


async def test_a_method_that_a_path_does_not_take_is_405_with_those_it_does(acme: Partner, alice: Member) -> None:
    for path, allowed in ((KEYS, {"GET", "POST"}), (alice.path, {"DELETE", "GET", "PATCH"})):
        answer = await acme.put(path, json={})

        assert answer.status_code == 405
        assert error_of(answer)["code"] == "method_not_allowed"
        assert set(answer.headers["allow"].split(", ")) - {"HEAD"} == allowed


async def test_a_body_that_is_too_large_is_413(acme: Partner) -> None:
    answer = await send(acme, b'{"name": "' + b"x" * 20_000_000 + b'"}')

    assert answer.status_code == 413
    assert error_of(answer)["code"] == "payload_too_large"


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data", "*/*"])
async def test_a_body_that_is_not_json_by_its_type_is_415(acme: Partner, content_type: str) -> None:
    answer = await send(acme, b'{"name": "ci"}', content_type)

    assert answer.status_code == 415
    assert error_of(answer)["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"]
)
async def test_json_has_several_names(acme: Partner, content_type: str) -> None:
    assert (await send(acme, b'{"name": "ci"}', content_type)).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "ci",}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": "a"} {"name": "b"}',
        b"\xff\xfe",
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b" ",
        b"[" * 100_000,
        b'{"name": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
)
async def test_malformed_json_is_400(acme: Partner, body: bytes) -> None:
    answer = await send(acme, body)

    assert answer.status_code == 400
    assert error_of(answer)["code"] == "invalid_request"


@pytest.mark.parametrize("body", [b"[]", b'[{"name": "ci"}]', b'"ci"', b"7", b"null", b"true"])
async def test_a_body_that_is_no_object_is_400(acme: Partner, body: bytes) -> None:
    answer = await send(acme, body)

    assert answer.status_code == 400
    assert error_of(answer)["code"] == "invalid_request"


async def test_every_wrong_field_is_named_at_once(alice: Member) -> None:
    body = {
        "name": "n" * 201,
        "email": "nobody",
        "weight": -1,
        "weight_unit": "stone",
        "birthday": "yesterday",
        "location": {"city": 7, "country": "c" * 300},
        "pre_existing_conditions": [{}, "asthma"],
    }
    answer = await alice.patch("", json=body)

    assert answer.status_code == 422
    assert error_of(answer)["code"] == "validation_error"
    assert faults_of(answer) == {
        ("name", "too_long"),
        ("email", "invalid_value"),
        ("weight", "out_of_range"),
        ("weight_unit", "unknown_value"),
        ("birthday", "invalid_value"),
        ("location.city", "invalid_value"),
        ("location.country", "too_long"),
        ("pre_existing_conditions.1", "invalid_value"),
    }


async def test_a_missing_field_is_required(acme: Partner) -> None:
    assert faults_of(await acme.post(KEYS, json={})) == {("name", "required")}
    assert faults_of(await acme.post(KEYS)) == {("name", "required")}


async def test_wrong_values_are_not_repeated_back(alice: Member) -> None:
    answer = await alice.patch("", json={"email": "secret-diagnosis", "gender": "secret-diagnosis"})

    assert answer.status_code == 422
    assert "secret-diagnosis" not in answer.text


@pytest.mark.parametrize("body", [b'{"name": "a\\u0000b"}', b'{"name": "\\u0000"}'])
async def test_text_that_a_database_cannot_hold_is_refused(alice: Member, acme: Partner, body: bytes) -> None:
    for answer in (await send(acme, body), await alice.patch("", content=body)):
        assert answer.status_code == 422
        assert error_of(answer)["code"] == "validation_error"


async def test_query_parameters_are_checked(acme: Partner) -> None:
    for query, fault in (
        ("limit=0", ("limit", "out_of_range")),
        ("limit=101", ("limit", "out_of_range")),
        ("limit=ten", ("limit", "invalid_value")),
        ("offset=-1", ("offset", "out_of_range")),
        ("offset=99999999999999999999", ("offset", "out_of_range")),
        ("include_revoked=perhaps", ("include_revoked", "invalid_value")),
    ):
        answer = await acme.get(f"{KEYS}?{query}")
        assert answer.status_code == 422
        assert faults_of(answer) == {fault}


async def test_a_null_character_in_a_query_or_path_is_refused(acme: Partner) -> None:
    assert (await acme.get("/v1/admin/org/audit-log?action=a%00b")).status_code == 422
    assert (await acme.get("/v1/admin/org/queues/a%00b")).status_code in {404, 422}


async def test_odd_header_values_break_nothing(acme: Partner) -> None:
    for name, value in (
        ("x-request-id", b"\xff\xfe"),
        ("x-request-id", b"a" * 1_000),
        ("x-request-id", b"a b"),
        ("traceparent", b"\xff"),
        ("traceparent", b"00-zz"),
        ("org-id", b"\xff"),
        ("x-user-id", b"not-a-uuid"),
        ("if-none-match", b'"\xff"'),
        ("accept", b"\xff/\xff"),
    ):
        headers: Any = {name: value, "taih-tenant-key": acme.key}
        answer = await acme.api.client.get("/v1/admin/org", headers=headers)
        assert answer.status_code == 200, name
        assert answer.headers["x-request-id"].isascii()
        assert answer.headers["x-request-id"].encode() != value


async def test_a_plain_request_id_comes_back(acme: Partner) -> None:
    answer = await acme.get("/v1/nothing", headers={"x-request-id": "trace-42"})

    assert error_of(answer)["request_id"] == "trace-42"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"taih-tenant-key": ""},
        {"taih-tenant-key": "hp_sandbox_aaaaaaaaaaaa_bbbb"},
        {"taih-tenant-key": "hp_live_aaaaaaaaaaaa_bbbb"},
        {"taih-tenant-key": "x" * 5_000},
        {"taih-tenant-key": b"hp_sandbox_\xff"},
        {"authorization": "Bearer"},
        {"authorization": "Basic YTpi"},
    ],
)
async def test_a_wrong_credential_is_401_and_says_how_to_come_back(api: Api, headers: Any) -> None:
    answer = await api.client.get(KEYS, headers=headers)

    assert answer.status_code == 401
    assert error_of(answer)["code"] == "unauthorized"
    assert answer.headers["www-authenticate"] == 'Bearer realm="healthpartner"'


async def test_both_credentials_at_once_are_ambiguous(acme: Partner, alice: Member) -> None:
    headers = {"authorization": f"Bearer {alice.token}"}

    for path in (KEYS, alice.path):
        answer = await acme.get(path, headers=headers)
        assert (answer.status_code, error_of(answer)["code"]) == (400, "ambiguous_credentials")


async def test_the_wrong_kind_of_credential_is_401(acme: Partner, alice: Member) -> None:
    assert (await acme.get(alice.path)).status_code == 401
    bearer = {"authorization": f"Bearer {alice.token}"}
    assert (await alice.client.get(KEYS, headers=bearer)).status_code == 401


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def forged(token: str, key: Any, algorithm: str, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """The token with changes, signed by somebody else's key."""
    was = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(was | claims, key, algorithm, headers=jwt.get_unverified_header(token) | header)


async def accepted(member: Member, token: str) -> bool:
    answer = await member.client.get(member.path, headers={"authorization": f"Bearer {token}"})
    if answer.status_code != 200:
        assert answer.status_code == 401
        assert error_of(answer)["details"] == []
    return answer.status_code == 200


async def test_an_unsigned_token_is_refused(alice: Member) -> None:
    claims = jwt.decode(alice.token, options={"verify_signature": False})
    header = jwt.get_unverified_header(alice.token)
    for algorithm in ("none", "None", "NONE", ""):
        head = _part(header | {"alg": algorithm})
        for signature in ("", alice.token.rpartition(".")[2]):
            assert not await accepted(alice, f"{head}.{_part(claims)}.{signature}")


async def test_a_token_signed_by_somebody_else_is_refused(alice: Member) -> None:
    stranger = ed25519.Ed25519PrivateKey.generate()
    for header in ({}, {"kid": "unknown"}, {"kid": "../../etc/passwd"}, {"typ": "JWT"}):
        assert not await accepted(alice, forged(alice.token, stranger, "EdDSA", header, {}))


async def test_the_public_key_is_no_shared_secret(api: Api, alice: Member) -> None:
    kid = jwt.get_unverified_header(alice.token)["kid"]
    (jwk,) = [k for k in (await api.client.get("/.well-known/jwks.json")).json()["keys"] if k["kid"] == kid]

    assert not await accepted(alice, forged(alice.token, jwk["x"], "HS256", {"alg": "HS256"}, {}))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"iss": "healthpartner:production"},
        {"iss": "healthpartner"},
        {"exp": 1},
        {"exp": "soon"},
        {"iat": 99_999_999_999},
        {"sub": "nobody"},
        {"org": None},
        {"scope": None},
    ],
)
async def test_our_own_signature_under_wrong_claims_is_refused(api: Api, alice: Member, claims: dict[str, Any]) -> None:
    signing = await api.platform.tokens.keys.signing()

    token = forged(alice.token, signing.private, signing.algorithm, {"kid": signing.kid}, claims)

    assert not await accepted(alice, token)


async def test_a_token_of_another_type_is_refused(api: Api, alice: Member) -> None:
    signing = await api.platform.tokens.keys.signing()

    assert not await accepted(alice, forged(alice.token, signing.private, signing.algorithm, {"typ": "JWT"}, {}))


async def test_a_token_of_the_other_environment_is_refused(
    api: Api, acme: Partner, alice: Member, clock: SettableClock
) -> None:
    production = TokenIssuer(api.platform.tokens.keys, clock, "production", timedelta(hours=1))
    issued = await production.issue(acme.org_id, alice.user_id, (MEMBER_READ,))

    assert not await accepted(alice, issued.token)


async def test_an_expired_token_is_refused_even_when_it_was_seen_before(alice: Member, clock: SettableClock) -> None:
    assert await accepted(alice, alice.token)
    clock.advance(timedelta(hours=1))

    assert not await accepted(alice, alice.token)


async def test_a_changed_token_is_refused(alice: Member) -> None:
    assert await accepted(alice, alice.token)
    head, claims, signature = alice.token.split(".")
    changed = signature[:-2] + ("AA" if signature[-2:] != "AA" else "BB")
    for token in (f"{head}.{claims}.{changed}", f"{head}.{claims}", f"{head}.{claims}.", alice.token * 2, "x" * 5_000):
        assert not await accepted(alice, token)


async def test_a_token_without_a_scope_reads_nothing(acme: Partner, alice: Member) -> None:
    powerless = await acme.member(alice.user_id, ())

    assert (await powerless.get("")).status_code == 403


async def test_a_token_for_a_member_who_never_was_is_401(acme: Partner) -> None:
    nobody = await acme.member(uuid4())

    for path in ("", "/health-profile", "/privacy-settings"):
        assert (await nobody.get(path)).status_code == 401


async def test_a_failure_of_ours_says_nothing_about_itself(acme: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(tenant_keys, "list_keys", broken)

    answer = await acme.get(KEYS)

    assert answer.status_code == 500
    assert error_of(answer)["code"] == "internal_error"
    assert "hunter2" not in answer.text


async def test_a_database_that_is_away_is_503_with_a_time_to_wait(
    acme: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(tenant_keys, "list_keys", away)

    answer = await acme.get(KEYS)

    assert (answer.status_code, error_of(answer)["code"]) == (503, "service_unavailable")
    assert int(answer.headers["retry-after"]) > 0
