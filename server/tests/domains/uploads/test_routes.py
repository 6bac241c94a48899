"""Uploading files."""

import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.errors import ValidationFailed
from healthpartner.domains.uploads import personal_data, service
from tests.support.api import Api, Member, Partner

PDF = b"%PDF-1.7\n" + bytes(5_000)


async def create(caller: Member | Partner, content_type: str = "application/pdf") -> dict[str, Any]:
    client = caller.client if isinstance(caller, Member) else caller.api.client
    headers = (
        {"authorization": f"Bearer {caller.token}"} if isinstance(caller, Member) else {"taih-tenant-key": caller.key}
    )
    answer = await client.post(
        "/v1/uploads", json={"filename": "report.pdf", "content_type": content_type}, headers=headers
    )
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()["data"]
    return created


async def put(api: Api, url: str, content: bytes | AsyncIterator[bytes] = PDF, **more: Any) -> httpx.Response:
    return await api.client.put(url, content=content, **more)


def code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


async def test_a_file_is_uploaded_and_claimed_by_its_member(api: Api, acme: Partner, alice: Member) -> None:
    created = await create(alice)

    stored = await put(api, created["upload_url"])

    assert stored.status_code == 201, stored.text
    assert stored.json()["data"] == {"file_url": created["file_url"], "size": len(PDF)}
    async with acme.tenant.uow(alice.user_id) as uow:
        upload = await service.claim(uow, api.platform.files, created["file_url"])
    assert (upload.size, upload.content_type, upload.filename) == (len(PDF), "application/pdf", "report.pdf")
    content = b"".join([block async for block in api.platform.files.open(upload.key)])
    assert content == PDF


async def test_another_member_cannot_name_the_file(
    api: Api, acme: Partner, globex: Partner, alice: Member, bob: Member, charlie: Member
) -> None:
    created = await create(alice)
    await put(api, created["upload_url"])

    for tenant, stranger in ((acme.tenant, bob), (globex.tenant, charlie)):
        async with tenant.uow(stranger.user_id) as uow:
            with pytest.raises(ValidationFailed):
                await service.claim(uow, api.platform.files, created["file_url"])


async def test_a_partners_upload_serves_any_of_its_members_but_no_other_tenants(
    api: Api, acme: Partner, globex: Partner, bob: Member, charlie: Member
) -> None:
    created = await create(acme)
    await put(api, created["upload_url"])

    async with acme.tenant.uow(bob.user_id) as uow:
        assert (await service.claim(uow, api.platform.files, created["file_url"])).size == len(PDF)
    async with globex.tenant.uow(charlie.user_id) as uow:
        with pytest.raises(ValidationFailed):
            await service.claim(uow, api.platform.files, created["file_url"])


@pytest.mark.parametrize("file_url", ["", "x", "https://api.test/v1/uploads/x/content", "hp-upload:1"])
async def test_a_file_url_of_another_form_is_refused(api: Api, acme: Partner, alice: Member, file_url: str) -> None:
    async with acme.tenant.uow(alice.user_id) as uow:
        with pytest.raises(ValidationFailed):
            await service.claim(uow, api.platform.files, file_url)


async def test_a_file_that_was_never_sent_cannot_be_claimed(api: Api, acme: Partner, alice: Member) -> None:
    created = await create(alice)

    async with acme.tenant.uow(alice.user_id) as uow:
        with pytest.raises(ValidationFailed):
            await service.claim(uow, api.platform.files, created["file_url"])


async def test_an_address_takes_one_file(api: Api, alice: Member) -> None:
    created = await create(alice)
    await put(api, created["upload_url"])

    again = await put(api, created["upload_url"])

    assert (again.status_code, code(again)) == (409, "conflict")


async def test_an_address_expires(api: Api, alice: Member, clock: SettableClock) -> None:
    created = await create(alice)
    clock.advance(timedelta(minutes=15))

    late = await put(api, created["upload_url"])

    assert (late.status_code, code(late)) == (404, "not_found")


@pytest.mark.parametrize("token", ["", "?token=wrong", "?token=" + "x" * 101])
async def test_an_address_without_its_token_takes_nothing(api: Api, alice: Member, token: str) -> None:
    created = await create(alice)

    answer = await put(api, created["upload_url"].partition("?")[0] + token)

    assert answer.status_code in {404, 422}


async def test_content_of_another_type_is_refused_and_not_kept(api: Api, acme: Partner, alice: Member) -> None:
    created = await create(alice)

    refused = await put(api, created["upload_url"], b"MZ" + bytes(5_000))

    assert (refused.status_code, code(refused)) == (415, "unsupported_media_type")
    assert await api.platform.files.delete_prefix(f"{acme.org_id}/{alice.user_id}") == 0
    assert (await put(api, created["upload_url"])).status_code == 201


async def test_a_document_over_the_limit_is_refused_by_its_length(api: Api, alice: Member) -> None:
    created = await create(alice)

    refused = await put(api, created["upload_url"], b"%PDF-", headers={"content-length": "20000001"})

    assert (refused.status_code, code(refused)) == (413, "payload_too_large")


async def test_a_document_over_the_limit_is_refused_while_it_streams(api: Api, acme: Partner, alice: Member) -> None:
    created = await create(alice)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(21):
            yield b"%PDF-" + bytes(1_000_000)

    refused = await put(api, created["upload_url"], endless())

    assert refused.status_code == 413
    assert await api.platform.files.delete_prefix(f"{acme.org_id}/{alice.user_id}") == 0


async def test_an_export_may_be_larger_than_any_request_body(api: Api, alice: Member) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export.xml", bytes(6_000_000))
    created = await create(alice, "application/zip")

    stored = await put(api, created["upload_url"], packed.getvalue())

    assert stored.status_code == 201, stored.text


async def test_only_listed_content_types_are_taken(alice: Member) -> None:
    answer = await alice.client.post(
        "/v1/uploads",
        json={"filename": "a.html", "content_type": "text/html"},
        headers={"authorization": f"Bearer {alice.token}"},
    )

    assert (answer.status_code, code(answer)) == (422, "validation_error")


async def test_addresses_that_were_never_used_are_swept(
    api: Api, acme: Partner, alice: Member, clock: SettableClock
) -> None:
    await create(alice)
    clock.advance(timedelta(days=2))

    await service.sweep(api.platform.database, api.platform.files, clock)

    async with acme.tenant.uow() as uow:
        assert await uow.fetchval("SELECT count(*) FROM upload") == 0


async def test_a_consumed_upload_is_swept_with_its_file(
    api: Api, acme: Partner, alice: Member, clock: SettableClock
) -> None:
    created = await create(alice)
    await put(api, created["upload_url"])
    async with acme.tenant.uow(alice.user_id) as uow:
        upload = await service.claim(uow, api.platform.files, created["file_url"])
        await service.consume(uow, upload.upload_id)
        await uow.commit()

    await service.sweep(api.platform.database, api.platform.files, clock)

    assert not await api.platform.files.exists(upload.key)


async def test_erasing_removes_the_members_files_only(api: Api, acme: Partner, alice: Member, bob: Member) -> None:
    for member in (alice, bob):
        await put(api, (await create(member))["upload_url"])

    assert await personal_data.erase_files(api.platform.files, acme.org_id, alice.user_id) == 1
    assert await personal_data.erase_files(api.platform.files, acme.org_id, alice.user_id) == 0
    assert await personal_data.erase_files(api.platform.files, acme.org_id, bob.user_id) == 1


async def test_a_deleted_members_upload_leaves_nothing(api: Api, acme: Partner, alice: Member) -> None:
    created = await create(alice)

    async def deleted_meanwhile() -> AsyncIterator[bytes]:
        yield PDF
        async with acme.tenant.uow() as uow:
            await uow.execute("DELETE FROM member WHERE user_id = $1", alice.user_id)
            await uow.commit()

    answer = await put(api, created["upload_url"], deleted_meanwhile())

    assert answer.status_code == 401
    assert await api.platform.files.delete_prefix(f"{acme.org_id}/{alice.user_id}") == 0
