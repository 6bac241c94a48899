"""One request between the wire and a handler: who calls, the unit of work, the answer, the commit."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from litestar import Request, Response

from healthpartner.core.access import Actor, Caller, MemberCaller
from healthpartner.core.errors import HealthPartnerError, Unauthorized
from healthpartner.core.http.envelopes import Answer, File
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.web import etags, idempotency
from healthpartner.web.answers import Encoded, FileResponse, encoded_error
from healthpartner.web.platform import Platform

Handler = Callable[..., Awaitable[Any]]
NO_HEADERS: Mapping[bytes, bytes] = MappingProxyType({})
encode = msgspec.json.Encoder().encode


class Edge:
    """What the edge holds for one request; handlers ask for it by name."""

    def __init__(self, platform: Platform, request_id: str, headers: Mapping[bytes, bytes] = NO_HEADERS) -> None:
        self.platform = platform
        self.request_id = request_id
        self._headers = headers
        self.caller: Caller | None = None
        self.rate_limit_headers: dict[str, str] = {}
        self.deprecation_headers: dict[str, str] = {}
        self.route = ""

    def header(self, name: bytes) -> str | None:
        """By its lower-case name; read off the wire, without the framework's own collection of all headers."""
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    def open(self) -> UnitOfWork | None:
        """The unit of work in the caller's scope; nobody's request has none."""
        caller = self.caller
        if caller is None:
            return None
        return UnitOfWork(
            self.platform.database.tenants,
            self.platform.clock,
            caller.org_id,
            user_id=caller.user_id if isinstance(caller, MemberCaller) else None,
            actor=caller.actor if caller else Actor("system"),
            request_id=self.request_id,
        )

    def supply(self, name: str, uow: UnitOfWork | None, request: Request[Any, Any, Any]) -> Any:
        """What a handler asks for by name."""
        if name == "uow":
            if uow is None:
                raise Unauthorized
            return uow
        if name == "caller":
            return self.caller
        if name == "request":
            return request
        return getattr(self.platform, name)

    async def answer(
        self,
        request: Request[Any, Any, Any],
        handler: Handler,
        arguments: dict[str, Any],
        injected: list[str],
        success: int,
    ) -> Response[bytes]:
        """Calls the handler and commits; with an `Idempotency-Key`, once for all repeats of the request."""
        uow = self.open()

        async def call() -> Encoded:
            supplied = {name: self.supply(name, uow, request) for name in injected}
            return _encoded(await handler(**arguments, **supplied), success)

        if uow is None:
            return await self._for_nobody(handler, arguments, injected, request, success)
        async with uow:
            key = self.header(b"idempotency-key")
            if key is not None and request.route_handler.opt["idempotent"]:
                given = idempotency.Given(key, self.caller, request.method, request.url.path, await request.body())
                return self._send(
                    await idempotency.once(uow, self.platform.keyring, given, call, self._render_error), request
                )
            result = await call()
            await uow.commit()
        return self._send(result, request)

    async def _for_nobody(
        self,
        handler: Handler,
        arguments: dict[str, Any],
        injected: list[str],
        request: Request[Any, Any, Any],
        success: int,
    ) -> Response[bytes]:
        """Without a caller there is no unit of work; only such operations may answer a file."""
        supplied = {name: self.supply(name, None, request) for name in injected}
        value = await handler(**arguments, **supplied)
        return FileResponse(value) if isinstance(value, File) else self._send(_encoded(value, success), request)

    def _render_error(self, error: HealthPartnerError) -> Encoded:
        return encoded_error(error, self.request_id)

    def _send(self, result: Encoded, request: Request[Any, Any, Any]) -> Response[bytes]:
        if request.route_handler.opt["cacheable"] and result.status == 200:  # noqa: PLR2004 - OK
            result = etags.conditional(result, self.header(b"if-none-match"))
        return result.response()


def _encoded(value: Any, success: int) -> Encoded:
    if isinstance(value, Answer):
        body = b"" if value.body is None else encode(value.body)
        return Encoded(value.status or success, body, dict(value.headers))
    return Encoded(success, b"" if value is None else encode(value), {})
