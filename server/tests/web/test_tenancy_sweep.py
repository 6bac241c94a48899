"""Nobody reaches what is not theirs: swept over every operation that the OpenAPI document has."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ed25519

from healthpartner.core.clock import SettableClock
from tests.support.api import Api, Member, Partner
from tests.support.operations import Operation, operations

OPERATIONS = operations()
GUARDED = [operation for operation in OPERATIONS if operation.kinds]
BY_MEMBER = [operation for operation in GUARDED if "member_token" in operation.kinds]
ON_A_MEMBER = [operation for operation in GUARDED if "{user_id}" in operation.path]

Refusal = tuple[int, str]
UNAUTHORIZED: Refusal = (401, "unauthorized")
FORBIDDEN: Refusal = (403, "forbidden")
AMBIGUOUS: Refusal = (400, "ambiguous_credentials")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def key(secret: str) -> dict[str, str]:
    return {"taih-tenant-key": secret}


async def ask(
    api: Api, operation: Operation, user_id: UUID, headers: dict[str, str], **resources: object
) -> httpx.Response:
    address = operation.address(user_id, **resources)
    return await api.client.request(operation.method, address, headers=headers, **operation.request())


async def wrong_answers(
    api: Api,
    swept: Iterable[Operation],
    user_id: UUID,
    credentials: Iterable[dict[str, str]],
    refusal: Refusal = UNAUTHORIZED,
) -> list[Any]:
    """Every operation with every credential must answer the refusal; those that do not are answered here."""
    found = []
    tried = list(credentials)
    for operation in swept:
        for headers in tried:
            answer = await ask(api, operation, user_id, headers)
            told = (answer.status_code, answer.json()["error"]["code"] if answer.status_code >= 400 else "")
            if told != refusal or (refusal == UNAUTHORIZED and "www-authenticate" not in answer.headers):
                found.append((operation.method, operation.path, sorted(headers.items()), told))
    return found


async def test_without_a_valid_credential_nothing_opens(api: Api, acme: Partner, alice: Member) -> None:
    nothing_valid: list[dict[str, str]] = [
        {},
        bearer(""),
        bearer("x"),
        bearer(acme.key),
        bearer("a" * 5000),
        {"authorization": f"Basic {alice.token}"},
        {"authorization": alice.token},
        key(""),
        key("hp_sandbox_"),
        key(alice.token),
        key(acme.key[:-1] + ("b" if acme.key[-1] == "a" else "a")),
        key(acme.key.replace("hp_sandbox_", "hp_live_")),
    ]

    assert await wrong_answers(api, GUARDED, alice.user_id, nothing_valid) == []


async def test_the_wrong_kind_of_credential_opens_nothing(api: Api, acme: Partner, alice: Member) -> None:
    only_key = [operation for operation in GUARDED if "member_token" not in operation.kinds]
    only_token = [operation for operation in GUARDED if "tenant_key" not in operation.kinds]

    assert await wrong_answers(api, only_key, alice.user_id, [bearer(alice.token)]) == []
    assert await wrong_answers(api, only_token, alice.user_id, [key(acme.key)]) == []


async def test_two_credentials_are_ambiguous(api: Api, acme: Partner, alice: Member) -> None:
    both = {**key(acme.key), **bearer(alice.token)}

    assert await wrong_answers(api, GUARDED, alice.user_id, [both], AMBIGUOUS) == []


def forged_tokens(api: Api, alice: Member) -> Iterator[str]:
    """Tokens that say what alice's says but for one thing each, or that somebody else signed."""
    head, body, signature = alice.token.split(".")
    yield f"{head}.{body}."
    yield f"{head}.{body}.{'A' * len(signature)}"
    claims = jwt.decode(alice.token, options={"verify_signature": False})
    header = {name: value for name, value in jwt.get_unverified_header(alice.token).items() if name != "alg"}
    stranger = ed25519.Ed25519PrivateKey.generate()
    yield jwt.encode(claims, stranger, "EdDSA", headers=header)
    yield jwt.encode(claims, stranger, "EdDSA", headers={**header, "kid": str(uuid4())})
    yield jwt.encode(claims, "", "none", headers=header)
    yield jwt.encode(claims, "x" * 64, "HS256", headers=header)
    ours = api.platform.tokens.keys._keys[header["kid"]].private
    production = {"iss": "healthpartner:production"}
    for change in ({"exp": claims["iat"] - 1}, {"aud": "another"}, production, {"sub": "alice"}, {"org": "acme"}):
        yield jwt.encode({**claims, **change}, ours, "EdDSA", headers=header)
    for name in ("exp", "sub", "org", "scope", "jti"):
        less = {claim: value for claim, value in claims.items() if claim != name}
        yield jwt.encode(less, ours, "EdDSA", headers=header)
    yield jwt.encode(claims, ours, "EdDSA", headers={**header, "typ": "JWT"})


async def test_a_forged_token_opens_nothing(api: Api, alice: Member) -> None:
    forged = [bearer(token) for token in forged_tokens(api, alice)]

    assert await wrong_answers(api, BY_MEMBER, alice.user_id, forged) == []


async def test_an_expired_token_opens_nothing(api: Api, alice: Member, clock: SettableClock) -> None:
    assert (await alice.get("")).status_code == 200
    clock.advance(timedelta(hours=1))

    assert await wrong_answers(api, BY_MEMBER, alice.user_id, [bearer(alice.token)]) == []


async def test_a_revoked_key_opens_nothing(api: Api, acme: Partner, alice: Member) -> None:
    made = (await acme.post("/v1/admin/org/tenant-keys", json={"name": "second"})).json()["data"]
    assert (await acme.delete(f"/v1/admin/org/tenant-keys/{made['id']}")).status_code == 204
    by_tenant = [operation for operation in GUARDED if "tenant_key" in operation.kinds]

    assert await wrong_answers(api, by_tenant, alice.user_id, [key(made["secret"])]) == []


async def test_a_token_of_another_scope_opens_nothing(api: Api, acme: Partner, alice: Member) -> None:
    narrow = await acme.member(alice.user_id, ("something:else",))

    assert await wrong_answers(api, BY_MEMBER, alice.user_id, [bearer(narrow.token)], FORBIDDEN) == []


async def test_the_token_of_a_member_who_is_gone_opens_no_member(api: Api, acme: Partner) -> None:
    gone = await acme.member(uuid4())

    for operation in ON_A_MEMBER:
        answer = await ask(api, operation, gone.user_id, bearer(gone.token))
        assert answer.status_code in {401, 404, 422}, (operation.name, answer.text)


async def test_a_token_opens_no_other_member(api: Api, alice: Member, bob: Member, charlie: Member) -> None:
    strangers = [bearer(bob.token), bearer(charlie.token)]

    assert await wrong_answers(api, ON_A_MEMBER, alice.user_id, strangers, FORBIDDEN) == []
    assert await wrong_answers(api, ON_A_MEMBER, uuid4(), strangers, FORBIDDEN) == []
