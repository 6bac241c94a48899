"""A TCP proxy on loopback that misbehaves on demand, put between a publisher and the part that it publishes to."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Literal

Mode = Literal["ok", "refuse", "blackhole", "lose_reply"]
IsReply = Callable[[bytes], bool]

_PIECE = 65536


class FaultProxy:
    """`mode` decides what happens to traffic from now on: `refuse` resets new connections, `blackhole` swallows
    requests, `lose_reply` lets a request through and resets the connection when its answer comes. `is_reply` tells an
    answer from what else the protocol has a part say.
    """

    def __init__(self, upstream_port: int, is_reply: IsReply) -> None:
        self._upstream_port, self._is_reply = upstream_port, is_reply
        self.mode: Mode = "ok"
        self.port = 0
        self._connections: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            with suppress(asyncio.CancelledError):  # by `close`
                await self._relay(reader, writer)
        finally:
            self._connections.discard(task)

    async def close(self) -> None:
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "refuse":
            _reset(writer)
            return
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        try:
            with suppress(ConnectionError):
                await asyncio.gather(self._requests(reader, up_writer), self._replies(up_reader, writer))
        finally:
            up_writer.close()
            writer.close()

    async def _requests(self, reader: asyncio.StreamReader, upstream: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_PIECE):
            if self.mode == "blackhole":
                continue
            upstream.write(piece)
            await upstream.drain()
        upstream.close()

    async def _replies(self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await upstream.read(_PIECE):
            if self.mode == "lose_reply" and self._is_reply(piece):
                _reset(writer)
                return
            writer.write(piece)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def fault_proxy(upstream_port: int, is_reply: IsReply = bool) -> AsyncIterator[FaultProxy]:
    proxy = FaultProxy(upstream_port, is_reply)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()


def _reset(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
