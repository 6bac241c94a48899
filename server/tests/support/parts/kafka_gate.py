"""What stands in front of a Kafka broker that is blind to credentials and tells only its own address: a gate that asks
for SASL PLAIN, over TLS if wanted, and says where the broker is.
"""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_HOST = b"127.0.0.1"
_API_VERSIONS, _HANDSHAKE, _AUTHENTICATE = 18, 17, 36
_DENIED = 58
_WORDS = b"Authentication failed: Invalid username or password"


class Gate:
    """`advertised_host` and `advertised_port`: where clients are told that the broker is. `users`: their passwords; None
    asks for nothing.
    """

    def __init__(self, broker_port: int, users: dict[str, str] | None) -> None:
        self._broker_port, self._users = broker_port, users
        self.advertised_host, self.advertised_port = _HOST, broker_port
        self.port = 0
        self._connections: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        upstream_reader, upstream = await asyncio.open_connection("127.0.0.1", self._broker_port)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await asyncio.gather(
                    self._requests(reader, writer, upstream), self._replies(upstream_reader, writer, first=True)
                )
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            upstream.close()
            writer.close()

    async def drop_connections(self) -> None:
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: asyncio.StreamWriter
    ) -> None:
        is_known = self._users is None
        with suppress(asyncio.IncompleteReadError):
            while True:
                frame = await _frame(reader)
                (api,) = struct.unpack_from(">h", frame)
                if api in {_HANDSHAKE, _AUTHENTICATE}:
                    is_known = self._answer(frame, api, writer)
                elif is_known or api == _API_VERSIONS:
                    upstream.write(_framed(frame))
                    await upstream.drain()
                else:
                    break
        upstream.close()

    def _answer(self, frame: bytes, api: int, writer: asyncio.StreamWriter) -> bool:
        (client_id_bytes,) = struct.unpack_from(">h", frame, 8)
        correlation, body = frame[4:8], frame[10 + client_id_bytes :]
        if api == _HANDSHAKE:
            writer.write(_framed(correlation + struct.pack(">hi", 0, 1) + _text(b"PLAIN")))
            return False
        _, name, password = body[4:].split(b"\0")
        is_known = (self._users or {}).get(name.decode()) == password.decode()
        outcome = struct.pack(">h", 0 if is_known else _DENIED) + _text(b"" if is_known else _WORDS)
        writer.write(_framed(correlation + outcome + struct.pack(">i", 0)))
        return is_known

    async def _replies(self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter, *, first: bool) -> None:
        real = _text(_HOST) + struct.pack(">i", self._broker_port)
        while True:
            told = _text(self.advertised_host) + struct.pack(">i", self.advertised_port)
            frame = (await _frame(upstream)).replace(real, told)
            if first and self._users is not None:
                # The first reply lists what the broker speaks, to which the gate adds its part.
                (spoken,) = struct.unpack_from(">i", frame, 6)
                added = struct.pack(">hhhhhh", _HANDSHAKE, 0, 1, _AUTHENTICATE, 0, 0)
                frame = frame[:6] + struct.pack(">i", spoken + 2) + frame[10:] + added
            first = False
            writer.write(_framed(frame))
            await writer.drain()


@asynccontextmanager
async def gate(
    broker_port: int, *, users: dict[str, str] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Gate]:
    opened = Gate(broker_port, users)
    server = await asyncio.start_server(opened.serve, "127.0.0.1", 0, ssl=tls)
    opened.port = opened.advertised_port = server.sockets[0].getsockname()[1]
    try:
        yield opened
    finally:
        server.close()
        await opened.drop_connections()
        await server.wait_closed()


def _text(value: bytes) -> bytes:
    return struct.pack(">h", len(value)) + value


def _framed(frame: bytes) -> bytes:
    return struct.pack(">i", len(frame)) + frame


async def _frame(reader: asyncio.StreamReader) -> bytes:
    (size,) = struct.unpack(">i", await reader.readexactly(4))
    return await reader.readexactly(size)
