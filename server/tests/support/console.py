"""A person at the console, without a browser: cookies kept, forms sent as the page has them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pyotp

from healthpartner.core.access import OPERATOR
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope
from healthpartner.domains.tenants.invites import service as invites
from healthpartner.domains.tenants.invites.schemas import CreateInvite
from tests.support.api import Api, Partner

ORIGIN = "http://api.test"
PASSWORD = "correct horse battery staple"


class Fields(HTMLParser):
    """The hidden fields of a page, of every form; the token is the same in all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.found[given.get("name") or ""] = given.get("value") or ""


def hidden_fields(answer: httpx.Response) -> dict[str, str]:
    parser = Fields()
    parser.feed(answer.text)
    return parser.found


def text_of(answer: httpx.Response) -> str:
    """What a reader sees, roughly."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@dataclass
class Person:
    """`secret`: of the authenticator app, once there is one."""

    api: Api
    client: httpx.AsyncClient
    email: str = ""
    secret: str = ""
    codes: list[str] = field(default_factory=list)

    async def get(self, path: str, **arguments: Any) -> httpx.Response:
        return await self.client.get(path, **arguments)

    async def token(self, page: str = "/console/account") -> str:
        return hidden_fields(await self.get(page)).get("form_token", "")

    async def post(self, path: str, fields: dict[str, str] | None = None, *, page: str = "") -> httpx.Response:
        """As a form on `page` would send it."""
        token = await self.token(page or "/console/account")
        sent = {"form_token": token, **(fields or {})}
        return await self.client.post(path, data=sent, headers={"sec-fetch-site": "same-origin", "origin": ORIGIN})

    def code(self, steps_from_now: int = 0) -> str:
        now = self.api.platform.clock.now()
        return pyotp.TOTP(self.secret).at(now, counter_offset=steps_from_now)

    async def sign_in(self, *, code: str | None = None, password: str = PASSWORD, **more: str) -> httpx.Response:
        given = {"email": self.email, "password": password, "code": self.code() if code is None else code, **more}
        return await self.post("/console/sign-in", given, page="/console/sign-in")

    async def accept(self, link: str, name: str = "Dora") -> httpx.Response:
        """With a password and an authenticator app."""
        path = f"{urlsplit(link).path}/password"
        page = await self.get(path)
        if page.status_code != 200:
            return page
        fields = hidden_fields(page)
        self.email = fields.pop("email")
        shown = re.search(r'class="totp">([^<]+)<', page.text)
        assert shown is not None
        self.secret = shown.group(1).replace(" ", "")
        given = {**fields, "name": name, "password": PASSWORD, "code": self.code()}
        answer = await self.client.post(path, data=given, headers={"sec-fetch-site": "same-origin"})
        self.codes = re.findall(r"<li><code>([^<]+)</code>", answer.text)
        return answer


def person(api: Api) -> Person:
    """From an address of their own, since attempts are counted by address."""
    address = uuid4().hex
    transport = httpx.ASGITransport(
        api.app,
        raise_app_exceptions=False,
        client=(address, 50_000),
    )
    return Person(api, httpx.AsyncClient(transport=transport, base_url=ORIGIN))


async def invite_link(partner: Partner, email: str = "dora@example.org", scope: ConsoleScope = "admin") -> str:
    platform = partner.api.platform
    async with UnitOfWork(platform.database.tenants, platform.clock, partner.org_id, actor=OPERATOR) as uow:
        made = await invites.create(uow, CreateInvite(email, scope), ORIGIN)
        await uow.commit()
    return made.invite_url


async def joined(partner: Partner, scope: ConsoleScope = "admin", email: str | None = None) -> Person:
    """Somebody who has just joined and is signed in, from an address of their own."""
    email = email or f"{scope}@{partner.tenant.name.lower()}-{partner.org_id.hex[-12:]}.example"
    somebody = person(partner.api)
    answer = await somebody.accept(await invite_link(partner, email, scope), name=scope.title())
    assert answer.status_code == 200, answer.text
    return somebody
