"""Serves the HTTP application with uvicorn."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from healthpartner.core.errors import InvalidRequest
from healthpartner.web.answers import encoded_error
from healthpartner.web.app import create_app
from healthpartner.web.platform import Platform
from healthpartner.web.wire import SECURITY_HEADERS, request_id_of


class EnvelopeProtocol(HttpToolsProtocol):
    """What is not HTTP at all gets the error envelope too."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the parser's words can quote the request
        request_id = request_id_of({})
        answer = encoded_error(InvalidRequest("This is not a valid HTTP request."), request_id)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(answer.body)).encode()),
            (b"connection", b"close"),
            (b"x-request-id", request_id.encode()),
            *SECURITY_HEADERS,
        ]
        lines = [b"HTTP/1.1 400 Bad Request", *(name + b": " + value for name, value in headers), b"", answer.body]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()


class ApiServer(uvicorn.Server):
    """A uvicorn server that reports the address it got."""

    def __init__(self, platform: Platform) -> None:
        http = platform.settings.http
        application: Any = create_app(platform)
        super().__init__(
            uvicorn.Config(
                application,
                host=http.host,
                port=http.port,
                http=EnvelopeProtocol,
                loop="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=http.trusted_gateway,
                h11_max_incomplete_event_size=64 * 1024,
                timeout_graceful_shutdown=10,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal ends the serving and nothing else: uvicorn would raise it again, and cut off what comes after."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, once the server has started."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return host, port
