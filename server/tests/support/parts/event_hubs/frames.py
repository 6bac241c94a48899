"""AMQP frames between Azure's client and Proton. The client reads a performative's fields by position, and Proton leaves
out the empty ones at its end, as AMQP allows and Azure does not do: they are put back here.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

DISPOSITION = 0x15
_FIELDS = {0x10: 10, 0x11: 8, 0x12: 14, 0x13: 11, 0x14: 11, DISPOSITION: 6, 0x16: 3, 0x17: 1, 0x18: 1}
_HEADER_BYTES = 8
_EMPTY_LIST, _SHORT_LIST, _NULL = 0x45, 0xC0, b"\x40"


def performatives(piece: bytes) -> Iterator[int]:
    """What the frames in a piece of a stream are; the piece begins with one."""
    while len(piece) >= _HEADER_BYTES:
        size = len(b"AMQP\x00\x01\x00\x00") if piece.startswith(b"AMQP") else struct.unpack(">I", piece[:4])[0]
        body = piece[piece[4] * 4 : size]
        if piece[5] == 0 and body and not piece.startswith(b"AMQP"):
            yield body[2]
        piece = piece[size:]


def padded(frame: bytes) -> bytes:
    offset = frame[4] * 4
    if frame[5] != 0 or len(frame) <= offset:
        return frame  # SASL, or a heartbeat
    body = frame[offset:]
    count, fields, rest = _taken_apart(body)
    fields += _NULL * (_FIELDS[body[2]] - count)
    whole = body[:3] + b"\xd0" + struct.pack(">II", len(fields) + 4, _FIELDS[body[2]]) + fields + rest
    return struct.pack(">I", offset + len(whole)) + frame[4:offset] + whole


def _taken_apart(body: bytes) -> tuple[int, bytes, bytes]:
    """How many fields a performative has, the fields, and the payload after them."""
    if body[3] == _EMPTY_LIST:
        return 0, b"", body[4:]
    if body[3] == _SHORT_LIST:
        return body[5], body[6 : 5 + body[4]], body[5 + body[4] :]
    size, count = struct.unpack(">II", body[4:12])
    return count, body[12 : 8 + size], body[8 + size :]


@asynccontextmanager
async def padding(upstream_port: int) -> AsyncIterator[int]:
    """Yields the port in front of Proton's."""
    connections: set[asyncio.Future[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", upstream_port)
        passing = asyncio.gather(_passed_on(reader, up_writer), _padded(up_reader, writer))
        connections.add(passing)
        with suppress(asyncio.CancelledError):
            await passing
        connections.discard(passing)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for passing in connections:
            passing.cancel()
        await server.wait_closed()


async def _passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(OSError):
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
    finally:
        writer.close()


async def _padded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                frame = await reader.readexactly(_HEADER_BYTES)
                if not frame.startswith(b"AMQP"):
                    frame = padded(frame + await reader.readexactly(struct.unpack(">I", frame[:4])[0] - _HEADER_BYTES))
                writer.write(frame)
                await writer.drain()
    finally:
        writer.close()
