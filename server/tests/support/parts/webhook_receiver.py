"""A partner's webhook endpoint over TLS, with a certificate of an authority made for the test."""

import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import trustme
from aiohttp import web


class Call(NamedTuple):
    """`at` in monotonic seconds."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


class WebhookReceiver:
    """Keeps every call. `status` and `reply` are what it answers; paths under /missing answer 404."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.status = 204
        self.reply = b""
        self.reply_headers: dict[str, str] = {}
        self.port = 0
        authority = trustme.CA()
        self.server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(self.server_tls)
        self.trusting_tls = ssl.create_default_context()
        authority.configure_trust(self.trusting_tls)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(Call(request.path, dict(request.headers), await request.read(), time.monotonic()))
        if request.path.startswith("/missing"):
            return web.Response(status=404, text="no such endpoint")
        return web.Response(status=self.status, body=self.reply, headers=self.reply_headers)


@asynccontextmanager
async def webhook_receiver(*, plain_http: bool = False) -> AsyncIterator[WebhookReceiver]:
    receiver = WebhookReceiver()
    application = web.Application(client_max_size=8 * 1024 * 1024)
    application.router.add_route("*", "/{path:.*}", receiver.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=None if plain_http else receiver.server_tls)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
