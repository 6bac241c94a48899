"""`Idempotency-Key`: one answer for all repeats of a request."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.errors import InternalError, UpstreamFailed
from healthpartner.domains.tenants.keys import service as tenant_keys
from tests.support.api import Member, Partner

KEYS = "/v1/admin/org/tenant-keys"
HEADER = {"idempotency-key": "key-1"}


async def mint(partner: Partner, name: str = "ci", **headers: str) -> httpx.Response:
    return await partner.post(KEYS, json={"name": name}, headers=HEADER | headers)


async def names(partner: Partner) -> list[str]:
    return sorted(row["name"] for row in (await partner.get(KEYS)).json()["data"])


async def records(partner: Partner) -> list[Any]:
    async with partner.tenant.uow() as uow:
        return await uow.fetch("SELECT * FROM idempotency_record")


async def test_a_repeat_answers_what_the_first_did(acme: Partner) -> None:
    first, second = await mint(acme), await mint(acme)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["content-type"] == first.headers["content-type"]
    assert await names(acme) == ["ci", "first"]


async def test_a_repeat_without_a_body_answers_the_same(alice: Member) -> None:
    answers = [await alice.patch("", json={"name": "A"}, headers=HEADER) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b""), (204, b"")]
    assert answers[1].headers["idempotency-replayed"] == "true"


async def test_another_body_under_the_same_key_is_refused(acme: Partner) -> None:
    await mint(acme)

    refused = await mint(acme, "other")

    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert await names(acme) == ["ci", "first"]


async def test_without_a_key_every_request_counts(acme: Partner) -> None:
    for _ in range(2):
        await acme.post(KEYS, json={"name": "ci"})

    assert await names(acme) == ["ci", "ci", "first"]


async def test_a_repeat_while_the_first_is_at_work_is_told_so(acme: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    create = tenant_keys.create

    async def slowly(*arguments: Any) -> Any:
        begun.set()
        await go_on.wait()
        return await create(*arguments)

    monkeypatch.setattr(tenant_keys, "create", slowly)
    first = asyncio.create_task(mint(acme))
    await begun.wait()

    second = await mint(acme)
    go_on.set()

    assert (second.status_code, second.json()["error"]["code"]) == (409, "idempotency_key_in_use")
    assert (await first).status_code == 201
    assert (await mint(acme)).content == (await first).content
    assert await names(acme) == ["ci", "first"]


async def test_many_at_once_do_the_work_once(acme: Partner) -> None:
    answers = await asyncio.gather(*(mint(acme) for _ in range(8)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await names(acme) == ["ci", "first"]


@pytest.mark.parametrize("failure", [InternalError(), UpstreamFailed(), RuntimeError("broken")])
async def test_a_failure_of_ours_is_not_kept(
    acme: Partner, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    create = tenant_keys.create

    async def break_after_the_work(*arguments: Any) -> Any:
        await create(*arguments)
        raise failure

    with monkeypatch.context() as broken:
        broken.setattr(tenant_keys, "create", break_after_the_work)
        assert (await mint(acme)).status_code >= 500
    assert (await names(acme), await records(acme)) == (["first"], [])

    again = await mint(acme)

    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers


async def test_a_request_cut_off_leaves_neither_work_nor_lock_nor_record(
    acme: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    create = tenant_keys.create

    async def hang_after_the_work(*arguments: Any) -> Any:
        await create(*arguments)
        begun.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as hanging:
        hanging.setattr(tenant_keys, "create", hang_after_the_work)
        request = asyncio.create_task(mint(acme))
        await begun.wait()
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
    assert (await names(acme), await records(acme)) == (["first"], [])

    assert (await mint(acme)).status_code == 201


async def test_a_refusal_is_kept_and_its_half_done_work_is_not(acme: Partner) -> None:
    body = {"email": "dora@example.org", "scope": "viewer"}
    made = (await acme.post("/v1/admin/org/invites", json=body)).json()["data"]
    first = await acme.post("/v1/admin/org/invites", json=body, headers=HEADER)
    await acme.delete(f"/v1/admin/org/invites/{made['id']}")

    second = await acme.post("/v1/admin/org/invites", json=body, headers=HEADER)

    assert (first.status_code, second.status_code) == (409, 409)
    assert first.content == second.content
    assert second.headers["idempotency-replayed"] == "true"


async def test_an_answer_with_a_secret_is_kept_sealed(acme: Partner) -> None:
    secret = (await mint(acme)).json()["data"]["secret"]

    (record,) = await records(acme)

    assert secret.encode() not in record["response_ciphertext"]
    assert b"key-1" not in b"".join(value for value in record.values() if isinstance(value, bytes))


async def test_a_key_counts_for_its_caller_method_and_path_only(
    acme: Partner, globex: Partner, alice: Member, bob: Member
) -> None:
    for partner in (acme, globex):
        assert "idempotency-replayed" not in (await mint(partner)).headers
    other_path = await acme.post(
        "/v1/admin/org/invites", json={"email": "d@example.org", "scope": "viewer"}, headers=HEADER
    )
    assert other_path.status_code == 201
    for member in (alice, bob):
        changed = await member.patch("", json={"name": "A"}, headers=HEADER)
        assert "idempotency-replayed" not in changed.headers
    assert (await alice.delete("", headers=HEADER)).status_code == 204


async def test_an_answer_is_kept_for_a_day(acme: Partner, clock: SettableClock) -> None:
    await mint(acme)
    clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert (await mint(acme)).headers["idempotency-replayed"] == "true"
    clock.advance(timedelta(seconds=1))

    assert "idempotency-replayed" not in (await mint(acme)).headers
    assert await names(acme) == ["ci", "ci", "first"]


@pytest.mark.parametrize("key", [b"", b"k" * 256, b"tab\there", "schlüssel".encode()])
async def test_a_key_is_printable_ascii_of_1_to_255(acme: Partner, key: bytes) -> None:
    headers: Any = {"idempotency-key": key, "taih-tenant-key": acme.key}

    refused = await acme.api.client.post(KEYS, json={"name": "ci"}, headers=headers)

    assert refused.status_code == 422
    assert [(d["field"], d["code"]) for d in refused.json()["error"]["details"]] == [
        ("Idempotency-Key", "invalid_value")
    ]
    assert await names(acme) == ["first"]


async def test_reading_ignores_the_key(acme: Partner) -> None:
    before = await acme.get(KEYS, headers=HEADER)
    await acme.post(KEYS, json={"name": "ci"})

    after = await acme.get(KEYS, headers=HEADER)

    assert (len(before.json()["data"]), len(after.json()["data"])) == (1, 2)
