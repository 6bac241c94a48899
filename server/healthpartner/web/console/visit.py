"""One request to the console, from its cookie to what its handler needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from litestar import Request

from healthpartner.core.access import SYSTEM, Actor
from healthpartner.core.errors import HealthPartnerError, InvalidRequest, Unauthorized
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.console.passkeys.schemas import Site
from healthpartner.domains.console.permissions import service as permissions
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.console.sessions import service as sessions
from healthpartner.domains.console.sessions.schemas import Session
from healthpartner.web.console import cookies, forgery
from healthpartner.web.edge import Edge
from healthpartner.web.platform import Platform

MOST_FIELDS = 100
FORM = "application/x-www-form-urlencoded"


class Visit:
    """What a handler is given. `form`: the fields sent, or none; `error`: why the form is shown again."""

    def __init__(self, request: Request[Any, Any, Any]) -> None:
        self.request = request
        self.edge: Edge = request.scope["state"]["edge"]
        self.site = site_of(self.platform, request)
        self.cookies = cookies.Cookies(self.site.origin.startswith("https://"))
        self._sent = cookies.read(self.edge.header(b"cookie"))
        self.form: Mapping[str, str] = {}
        self.error: HealthPartnerError | None = None
        self.known: Session | None = None
        self.visit_token = self._sent.get(self.cookies.visit)
        self._uow: UnitOfWork | None = None

    @property
    def platform(self) -> Platform:
        return self.edge.platform

    @property
    def session(self) -> Session:
        if self.known is None:
            raise Unauthorized
        return self.known

    @property
    def session_token(self) -> str | None:
        return self._sent.get(self.cookies.session)

    @property
    def secret(self) -> str | None:
        """What forms are tied to."""
        return self.session_token if self.known else self.visit_token

    @property
    def uow(self) -> UnitOfWork:
        """In the scope of the session's organization and of no other."""
        if self._uow is None:
            self._uow = self.open(self.session.org_id, self.session.actor)
        return self._uow

    def open(self, org_id: Any, actor: Actor = SYSTEM) -> UnitOfWork:
        platform = self.platform
        return UnitOfWork(
            platform.database.tenants, platform.clock, org_id, actor=actor, request_id=self.edge.request_id
        )

    async def close(self, *, keep: bool) -> None:
        uow, self._uow = self._uow, None
        if uow is not None:
            await (uow.commit() if keep else uow.rollback())

    async def recognise(self) -> None:
        token = self.session_token
        if token is not None:
            self.known = await sessions.find(self.platform.database.system, self.platform.clock, token)

    async def read_form(self) -> None:
        """The fields sent, of which each counts once; also from a script, as JSON in the field `response`."""
        if (self.edge.header(b"content-type") or "").split(";")[0].strip() != FORM:
            raise InvalidRequest("Send the form as the page has it.")
        try:
            text = (await self.request.body()).decode()
            fields = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        except ValueError:
            raise InvalidRequest("The form cannot be read.") from None
        self.form = {name: values[0].replace("\r\n", "\n") for name, values in fields.items()}

    def check_form(self) -> None:
        header = self.edge.header
        said = {"sec-fetch-site": header(b"sec-fetch-site"), "origin": header(b"origin")}
        forgery.check(self.secret, self.form.get(forgery.FIELD), self.site, said)

    def now(self) -> datetime:
        """By the organization's own time, which in a sandbox may be ahead."""
        clock = self.platform.clock
        return clock.now_of(self.known.org_id) if self.known else clock.now()

    def query(self, name: str) -> str | None:
        return self.request.query_params.get(name) or None

    def path(self, name: str) -> Any:
        return self.request.path_params[name]

    def allows(self, action: Action) -> bool:
        return permissions.allows(self.session.scope, action)

    @property
    def address(self) -> str:
        """The network address that attempts are counted by."""
        client = self.request.client
        return client.host if client else ""

    @property
    def user_agent(self) -> str:
        return (self.edge.header(b"user-agent") or "")[:500]


def site_of(platform: Platform, request: Request[Any, Any, Any]) -> Site:
    """Where this console is reached: as configured, else as the request says, which only the sandbox allows."""
    parts = urlsplit(platform.settings.http.public_url or str(request.base_url))
    return Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")
