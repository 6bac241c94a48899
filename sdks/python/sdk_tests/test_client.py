"""The clients against the application: what they send, renew, repeat and refuse."""

import asyncio
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zipfile import ZipFile

import httpx
import pytest
from healthpartner_sdk import (
    AsyncHealthPartner,
    AsyncMemberClient,
    ConnectionFailed,
    Forbidden,
    HealthPartner,
    NotFound,
    RateLimited,
    RetryPolicy,
    Unauthorized,
    ValidationFailed,
)
from healthpartner_sdk.calls import Call

from healthpartner.core.clock import SettableClock
from healthpartner.domains.privacy.data_exports.jobs import jobs
from healthpartner.entrypoints.personal_data import SECTIONS
from tests.support.api import Api, Member, Partner
from tests.support.jobs import run_job

from .conftest import Faulty

AT = datetime(2026, 3, 13, 10, tzinfo=UTC)


def beats(count: int) -> list[dict[str, object]]:
    return [
        {"client_id": f"b{n}", "start": (AT + timedelta(minutes=n)).isoformat(), "value": 60 + n, "unit": "bpm"}
        for n in range(count)
    ]


def answering(status: int, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(
        status, headers=headers, json={"error": {"code": "c", "message": "m", "details": []}}
    )


def breaking(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


async def test_a_member_is_made_read_and_changed(hp: AsyncHealthPartner) -> None:
    made = await hp.create_user(external_id="p-1", first_name="Robin", last_name="Quick")
    member = hp.member(made.user_id)

    await member.update_user(birthday=AT.date(), phone=None)

    profile = (await member.get_profile()).profile
    assert (profile.name, profile.birthday, profile.phone) == ("Robin Quick", AT.date(), None)


async def test_the_waiting_client_does_the_same(waiting_hp: HealthPartner) -> None:
    def use() -> str | None:
        made = waiting_hp.create_user(first_name="Robin", user_id=uuid4())
        member = waiting_hp.member(made.user_id)
        member.update_user(phone="+41 31 1")
        assert [each.status for each in member.ingest_timeseries("heart_rate", data=beats(3))] == ["accepted"] * 3
        rows = member.iter_timeseries("heart_rate", start_time=AT, end_time=AT + timedelta(hours=1), limit=2)
        assert [row.value for row in rows] == [60, 61, 62]
        return member.get_user().profile.phone

    assert await asyncio.to_thread(use) == "+41 31 1"


async def test_iterating_goes_through_all_pages(hp: AsyncHealthPartner, alice: Member, wire: Faulty) -> None:
    member = hp.member(alice.user_id)
    await member.ingest_timeseries("heart_rate", data=beats(7))

    pages = member.iter_timeseries("heart_rate", start_time=AT, end_time=AT + timedelta(hours=1), limit=3)

    assert [row.value async for row in pages] == [60 + n for n in range(7)]
    assert sum("timeseries" in request.url.path and request.method == "GET" for request in wire.requests) == 3


async def test_a_page_knows_where_it_goes_on(hp: AsyncHealthPartner, alice: Member) -> None:
    member = hp.member(alice.user_id)
    await member.ingest_timeseries("heart_rate", data=beats(4))

    page = await member.list_timeseries("heart_rate", start_time=AT, end_time=AT + timedelta(hours=1), limit=3)

    assert (len(page.data), page.pagination.total) == (3, 4)
    assert page.pagination.next_cursor


async def test_a_token_is_used_until_a_minute_is_left(
    hp: AsyncHealthPartner, alice: Member, wire: Faulty, clock: SettableClock
) -> None:
    member = hp.member(alice.user_id)

    def tokens() -> int:
        return sum(request.url.path == "/v1/auth/token" for request in wire.requests)

    await member.get_user()
    clock.advance(timedelta(seconds=3600 - 61))
    await member.get_user()
    assert tokens() == 1
    clock.advance(timedelta(seconds=1))
    await asyncio.gather(*(member.get_user() for _ in range(5)))
    assert tokens() == 2


async def test_a_refused_token_is_renewed_once(hp: AsyncHealthPartner, alice: Member, wire: Faulty) -> None:
    member = hp.member(alice.user_id)
    await member.get_user()

    wire.faults = [answering(401)]
    await member.get_user()
    assert [request.url.path for request in wire.requests[-2:]] == ["/v1/auth/token", alice.path]

    wire.faults = [answering(401), lambda _: None, answering(401)]
    with pytest.raises(Unauthorized):
        await member.get_user()


async def test_a_refused_key_is_not_tried_again(hp: AsyncHealthPartner, wire: Faulty) -> None:
    wire.faults = [answering(401)]
    with pytest.raises(Unauthorized):
        await hp.get_org()
    assert len(wire.requests) == 1


async def test_a_write_whose_answer_is_lost_is_done_once(hp: AsyncHealthPartner, wire: Faulty) -> None:
    wire.lost_answers = 2

    key = await hp.create_tenant_key(name="ci")

    assert key.secret
    assert len({request.headers["idempotency-key"] for request in wire.requests}) == 1
    listed = [each.name async for each in hp.iter_tenant_keys()]
    assert listed.count("ci") == 1


@pytest.mark.parametrize("fault", [answering(503), answering(500), answering(429, **{"retry-after": "0"}), breaking])
async def test_what_fails_for_a_moment_is_asked_again(
    hp: AsyncHealthPartner, wire: Faulty, fault: Callable[[httpx.Request], httpx.Response]
) -> None:
    wire.faults = [fault, fault, fault]

    assert (await hp.update_org(name="Acme Health")).name == "Acme Health"


async def test_asking_again_has_an_end(hp: AsyncHealthPartner, wire: Faulty) -> None:
    wire.faults = [breaking] * 4
    with pytest.raises(ConnectionFailed):
        await hp.get_org()
    assert len(wire.requests) == 4

    wire.faults = [answering(429)] * 4
    with pytest.raises(RateLimited):
        await hp.get_org()


async def test_a_refusal_names_every_field(hp: AsyncHealthPartner, alice: Member) -> None:
    with pytest.raises(ValidationFailed) as refused:
        await hp.member(alice.user_id).update_user(timezone="Mars/Olympus")

    assert (refused.value.status, refused.value.code) == (422, "validation_error")
    assert [(each.field, each.code) for each in refused.value.details] == [("timezone", "invalid_value")]
    assert refused.value.request_id


async def test_another_members_things_are_not_there(hp: AsyncHealthPartner, alice: Member) -> None:
    with pytest.raises(NotFound):
        await hp.member(alice.user_id).get_job(uuid4())


async def test_a_narrow_scope_is_kept(hp: AsyncHealthPartner, alice: Member) -> None:
    reader = hp.member(alice.user_id, "member:read")

    assert (await reader.get_user()).user_id == alice.user_id
    with pytest.raises(Forbidden):
        await reader.update_user(phone="1")


async def test_an_app_without_a_key_brings_tokens_from_its_server(
    hp: AsyncHealthPartner, alice: Member, wire: Faulty
) -> None:
    http = httpx.AsyncClient(transport=wire, base_url="http://api.test")
    app = AsyncMemberClient(http, alice.user_id, lambda: hp.issue_token(user_id=alice.user_id))

    assert (await app.get_privacy_settings()).conversation_recording_opt_in is False
    assert "taih-tenant-key" not in wire.requests[-1].headers


async def test_a_file_comes_block_by_block(hp: AsyncHealthPartner, alice: Member, acme: Partner, api: Api) -> None:
    member = hp.member(alice.user_id)
    job = await member.create_data_export()
    await run_job(api, acme.org_id, job.job_id, jobs(SECTIONS))
    result = (await member.get_job(job.job_id)).result
    assert result is not None

    token = str(result["download_url"]).rsplit("/", 1)[-1]
    content = b"".join([block async for block in member.get_download(token)])

    assert "manifest.json" in ZipFile(io.BytesIO(content)).namelist()
    with pytest.raises(NotFound):
        _ = [block async for block in member.get_download("nothing")]


async def test_public_keys_have_no_envelope(hp: AsyncHealthPartner) -> None:
    assert (await hp.get_jwks()).keys


def test_waiting_grows_and_follows_what_the_api_says() -> None:
    policy, read = RetryPolicy(chance=lambda: 0.5), Call("GET", "/x")

    assert [policy.after_failure(read, n) for n in range(4)] == [0.25, 0.5, 1.0, None]
    assert policy.after_answer(read, 0, 429, {"retry-after": "7"}, b"") == 7
    assert policy.after_answer(read, 0, 429, {"retry-after": "3600"}, b"") == 0.25
    assert policy.after_failure(Call("PUT", "/x"), 0) is None
    assert policy.after_answer(Call("PUT", "/x"), 0, 500, {}, b"") is None
