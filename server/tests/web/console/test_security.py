"""What others could try: forged forms, framed pages, markup in names, addresses elsewhere, credentials of the API."""

import re

import pytest

from healthpartner.web.console.routes import ROUTES
from tests.support.api import Api, Member, Partner
from tests.support.console import ORIGIN, Person, hidden_fields, invite_link, person
from tests.support.operations import operations

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def posts() -> list[str]:
    return [
        re.sub(r"{\w+:(?:uuid|str)}", "01a2138f-0000-7000-8000-000000000000", path)
        for route in ROUTES
        for path in route.paths
        if "POST" in route.http_methods
    ]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site", "origin": ORIGIN},
        {"sec-fetch-site": "none"},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "same-origin", "origin": "http://api.test.evil.example"},
    ],
)
async def test_a_form_from_elsewhere_changes_nothing(admin: Person, said: dict[str, str]) -> None:
    token = await admin.token()
    for path in posts():
        answer = await admin.client.post(path, data={"form_token": token, "name": "x"}, headers=said)
        assert answer.status_code == 403, path
    assert (await admin.get("/console")).status_code == 200


async def test_a_form_without_this_sessions_token_changes_nothing(admin: Person, stranger: Person) -> None:
    theirs = await stranger.token()
    for path in posts():
        for token in ({}, {"form_token": ""}, {"form_token": "x"}, {"form_token": theirs}):
            answer = await admin.client.post(
                path, data={"name": "x", **token}, headers={"sec-fetch-site": "same-origin", "origin": ORIGIN}
            )
            assert answer.status_code == 403, path


async def test_signing_in_needs_the_token_of_the_own_visit(api: Api) -> None:
    visitor, attacker = person(api), person(api)
    planted = hidden_fields(await attacker.get("/console/sign-in"))["form_token"]
    await visitor.get("/console/sign-in")
    answer = await visitor.client.post(
        "/console/sign-in", data={"form_token": planted}, headers={"sec-fetch-site": "same-origin"}
    )
    assert answer.status_code == 403


async def test_only_forms_are_read(admin: Person) -> None:
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        headers = {"content-type": kind, "sec-fetch-site": "same-origin"}
        assert (await admin.client.post("/console/keys", content=b"{}", headers=headers)).status_code == 400


async def test_every_page_carries_the_headers_that_browsers_obey(admin: Person) -> None:
    for path in ("/console", "/console/keys", "/console/nothing", "/console/account"):
        headers = (await admin.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "max-age" in headers["strict-transport-security"]


async def test_pages_hold_no_inline_script_or_style(admin: Person) -> None:
    for path in ("/console", "/console/keys", "/console/account", "/console/team", "/console/signing-secret"):
        text = (await admin.get(path)).text
        assert not re.search(r"<script(?![^>]* src=)", text), path
        assert not re.search(r"<style|\sstyle=|\son\w+=", text), path
        assert "http://" not in text.replace(ORIGIN, "").replace("http://www.w3.org", ""), path


async def test_markup_in_stored_names_is_shown_and_never_run(acme: Partner, admin: Person) -> None:
    await acme.post("/v1/admin/org/tenant-keys", json={"name": MARKUP})
    await acme.patch("/v1/admin/org", json={"name": MARKUP})
    guest = person(acme.api)
    invited = await guest.accept(await invite_link(acme, "guest@example.org"), name=MARKUP)
    assert invited.status_code == 200
    for path in ("/console", "/console/keys", "/console/team", "/console/organization", "/console/audit-log"):
        text = (await admin.get(path)).text
        assert "<img src=x" not in text, path
        assert "<script>alert" not in text, path
    assert "&lt;script&gt;alert(1)" in (await admin.get("/console/team")).text


async def test_what_is_typed_comes_back_escaped(api: Api) -> None:
    visitor = person(api)
    given = {"email": MARKUP, "password": "x", "code": MARKUP, "organization": MARKUP, "next": MARKUP}
    text = (await visitor.post("/console/sign-in", given, page="/console/sign-in")).text
    assert "<img src=x" not in text
    assert "<script>alert" not in text
    assert "<img" not in (await visitor.get("/console/sign-in", params={"notice": MARKUP, "next": MARKUP})).text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/console/../../evil",
        "/console//evil.example",
        "/console@evil.example",
        "javascript:alert(1)",
        "/v1/users",
        "/consolexyz",
        "/console\r\nset-cookie: a=b",
    ],
)
async def test_signing_in_never_leads_elsewhere(admin: Person, elsewhere: str) -> None:
    answer = await admin.get("/console/sign-in", params={"next": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


async def test_the_api_takes_no_cookie(acme: Partner, alice: Member, admin: Person) -> None:
    for operation in operations():
        if operation.kinds:
            answer = await admin.client.request(
                operation.method, operation.address(alice.user_id), **operation.request()
            )
            assert answer.status_code == 401, operation.name
    assert acme.key


async def test_the_console_takes_no_key_and_no_token(acme: Partner, alice: Member) -> None:
    visitor = person(acme.api)
    for headers in (
        {"taih-tenant-key": acme.key},
        {"authorization": f"Bearer {alice.token}"},
        {"cookie": f"hp_session={acme.key}"},
        {"cookie": f"hp_session={alice.token}"},
        {"cookie": "hp_session="},
        {"cookie": 'hp_session="; Path=/'},
        {"cookie": "hp_session=" + "a" * 5000},
    ):
        assert (await visitor.get("/console", headers=headers)).status_code == 303, headers


async def test_pages_of_the_console_are_in_no_contract() -> None:
    assert not [operation.path for operation in operations() if operation.path.startswith("/console")]


async def test_another_organizations_things_are_not_there(acme: Partner, admin: Person, stranger: Person) -> None:
    await admin.post("/console/team/invites", {"email": "eve@example.org", "scope": "viewer"})
    (key,) = (await acme.get("/v1/admin/org/tenant-keys")).json()["data"]
    (invite,) = (await acme.get("/v1/admin/org/invites?status=pending")).json()["data"]
    (me,) = (await acme.get("/v1/admin/org/members")).json()["data"]
    for path in (
        f"/console/keys/{key['id']}/revoke",
        f"/console/keys/{key['id']}/rotate",
        f"/console/team/invites/{invite['id']}/revoke",
        f"/console/team/{me['id']}/remove",
    ):
        assert (await stranger.get(path)).status_code == 404, path
        assert (await stranger.post(path, {"grace": "0"})).status_code == 404, path
    for path in ("/console/keys", "/console/team", "/console/audit-log", "/console/organization"):
        text = (await stranger.get(path)).text
        assert not [value for value in (key["id"], key["prefix"], invite["email"], me["email"]) if value in text], path
    assert (await acme.get("/v1/admin/org")).status_code == 200
