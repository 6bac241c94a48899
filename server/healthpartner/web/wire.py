"""What every answer carries, whatever happened: request id, security headers, rate limit, metrics, one log line, a trace."""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from healthpartner.core import telemetry
from healthpartner.core.ids import uuid7
from healthpartner.core.logs import bind_request, unbind_request
from healthpartner.web.edge import Edge
from healthpartner.web.platform import Platform

log = structlog.get_logger("healthpartner.requests")

REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
CLIENT_PLATFORM = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
)


def request_id_of(headers: dict[bytes, bytes]) -> str:
    """The caller's own id when it is plain, else a new one: what we echo must not be able to carry a header."""
    given = headers.get(b"x-request-id", b"")
    return given.decode() if REQUEST_ID.fullmatch(given) else str(uuid7(datetime.now(UTC)))


def client_platform_of(headers: dict[bytes, bytes]) -> dict[str, str]:
    """For the log line, which must not quote free text; no label of a metric, since callers choose it."""
    given = headers.get(b"x-thrive-client-platform", b"")
    return {"client_platform": given.decode()} if CLIENT_PLATFORM.fullmatch(given) else {}


def _trace_headers(headers: dict[bytes, bytes]) -> dict[str, str]:
    wanted = (b"traceparent", b"tracestate")
    return {name.decode(): headers[name].decode("latin-1") for name in wanted if name in headers}


class Wire:
    """The outermost ASGI layer."""

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app = app
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        edge = Edge(self._platform, request_id_of(headers), headers)
        scope.setdefault("state", {})["edge"] = edge
        answer = _Answer(send, edge, client_platform_of(headers))
        named = bind_request(request_id=edge.request_id)
        try:
            with telemetry.start_server_span(scope["method"], _trace_headers(headers)) as span:
                await self._app(scope, receive, answer.send)
                span.update_name(f"{scope['method']} {edge.route or 'unmatched'}")
            answer.note(scope["method"])
        finally:
            unbind_request(named)


class _Answer:
    """Adds the headers, and remembers what to report."""

    def __init__(self, send: Send, edge: Edge, named: Mapping[str, str]) -> None:
        self._send = send
        self._edge = edge
        self._named = named
        self._status = 500
        self._started = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = [*message["headers"], *self._headers({name for name, _ in message["headers"]})]
        await self._send(message)

    def _headers(self, present: set[bytes]) -> list[tuple[bytes, bytes]]:
        edge = self._edge
        added = [(b"x-request-id", edge.request_id.encode()), *SECURITY_HEADERS, (b"cache-control", b"no-store")]
        for name, value in (*edge.rate_limit_headers.items(), *edge.deprecation_headers.items()):
            added.append((name.encode(), value.encode()))
        return [(name, value) for name, value in added if name not in present]

    def note(self, method: str) -> None:
        seconds = time.perf_counter() - self._started
        route = self._edge.route or "unmatched"
        edge = self._edge
        edge.platform.usage.note(edge.caller, edge.route, edge.platform.clock.now().date(), self._status)
        telemetry.count_request(method, route, self._status, seconds)
        log.info("request", method=method, route=route, status=self._status, seconds=round(seconds, 4), **self._named)
