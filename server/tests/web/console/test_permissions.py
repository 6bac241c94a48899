"""Every page and every form of the console, asked by every scope."""

import re
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from healthpartner.domains.console.permissions import service as permissions
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope
from healthpartner.web.console.routes import ROUTES
from tests.support.api import Partner
from tests.support.console import Person

Guarded = tuple[str, str, Action]
ENDS_THE_SESSION = "/console/sign-out"


def guarded() -> list[Guarded]:
    """Method, address with ids that do not exist, and the action that it needs."""
    found = []
    for route in ROUTES:
        action = route.opt.get("console_action")
        if action is not None:
            (path,) = route.paths
            (method,) = route.http_methods - {"OPTIONS"}
            address = re.sub(r"{\w+:uuid}", lambda _: str(uuid4()), path)
            found.append((str(method), re.sub(r"{\w+:str}", "unknown", address), action))
    return found


def test_all_but_the_ways_in_are_guarded() -> None:
    open_to_all = {path for route in ROUTES if route.opt.get("console_action") is None for path in route.paths}
    assert all(
        path.startswith(("/console/sign-in", "/console/invites/", "/console/assets/")) for path in open_to_all
    ), open_to_all
    assert len(guarded()) > 20


@pytest.mark.parametrize("scope", ["viewer", "developer", "admin"])
async def test_a_scope_opens_what_it_may_and_nothing_else(
    scope: ConsoleScope, join: Callable[[ConsoleScope], Awaitable[Person]]
) -> None:
    somebody = await join(scope)
    wrong = []
    for method, path, action in guarded():
        if path == ENDS_THE_SESSION:
            continue
        answer = await (somebody.get(path) if method == "GET" else somebody.post(path))
        refused = answer.status_code == 403
        if refused == permissions.allows(scope, action) or answer.status_code >= 500:
            wrong.append((scope, method, path, answer.status_code))
    assert wrong == []


async def test_without_a_session_nothing_guarded_opens_whatever_else_is_sent(acme: Partner, admin: Person) -> None:
    token = await admin.token()
    admin.client.cookies.clear()
    sent = {"taih-tenant-key": acme.key}
    for method, path, _ in guarded():
        for headers in ({}, sent, {"authorization": f"Bearer {acme.key}"}):
            said = {**headers, "sec-fetch-site": "same-origin"}
            if method == "GET":
                answer = await admin.client.get(path, headers=said)
            else:
                answer = await admin.client.post(path, data={"form_token": token}, headers=said)
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/console/sign-in"), (method, path)


async def test_a_refused_change_is_audited(acme: Partner, join: Callable[[ConsoleScope], Awaitable[Person]]) -> None:
    viewer = await join("viewer")
    (key,) = (await acme.get("/v1/admin/org/tenant-keys")).json()["data"]

    answer = await viewer.post(f"/console/keys/{key['id']}/revoke")

    assert answer.status_code == 403
    assert (await acme.get("/v1/admin/org")).status_code == 200
    (entry,) = (await acme.get("/v1/admin/org/audit-log?action=console_action.refused")).json()["data"]
    assert (entry["actor_type"], entry["subject_id"]) == ("console_member", "revoke_key")


async def test_a_viewer_is_not_shown_what_would_be_refused(join: Callable[[ConsoleScope], Awaitable[Person]]) -> None:
    viewer = await join("viewer")
    keys = (await viewer.get("/console/keys")).text
    assert "Revoke" not in keys
    assert "New key" not in keys
    assert "Invite someone" not in (await viewer.get("/console/team")).text
    assert "/console/audit-log" not in keys
