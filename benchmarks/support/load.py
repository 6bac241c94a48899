"""A closed-loop HTTP load: every connection sends its next request as soon as its answer is whole."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import cast

import uvloop

HEAD_ENDS = b"\r\n\r\n"
LENGTH = b"content-length: "


@dataclass(frozen=True)
class Load:
    """What one round measured; latencies in seconds, sorted."""

    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds that `share` of the requests did not exceed."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1000


def get(host: str, path: str, token: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\naccept: application/json\r\n\r\n"
    ).encode()


class _Connection(asyncio.Protocol):
    """No HTTP client library: it would cost more than the servers it measures."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float]) -> None:
        self._requests = requests
        self._latencies = latencies
        self._received = b""
        self._sent = 0.0
        self._transport: asyncio.WriteTransport
        self.failure: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(HEAD_ENDS)
        if not found:
            return
        start = head.lower().index(LENGTH) + len(LENGTH)
        if len(body) < int(head[start:].partition(b"\r\n")[0]):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self.failure = f"{head.decode()} {body.decode()}"
            self._transport.close()
            return
        self._latencies.append(time.perf_counter() - self._sent)
        self._received = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self.failure = self.failure or f"the server closed the connection: {exc}"


async def _drive(host: str, port: int, requests: list[bytes], connections: int, seconds: float) -> Load:
    latencies: list[float] = []
    endless = cycle(requests)
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: _Connection(endless, latencies), host, port) for _ in range(connections)
    ]
    await asyncio.sleep(seconds / 4)
    # What came until now warmed caches and connections.
    latencies.clear()
    started = time.perf_counter()
    await asyncio.sleep(seconds)
    load = Load(time.perf_counter() - started, sorted(latencies))
    if failures := [protocol.failure for _, protocol in opened if protocol.failure]:
        raise RuntimeError(failures[0])
    assert latencies, "not one answer"
    for transport, _ in opened:
        transport.close()
    return load


def drive(host: str, port: int, requests: list[bytes], *, connections: int, seconds: float) -> Load:
    """`requests` in turn over `connections` for a quarter of `seconds` unmeasured, then `seconds` measured."""
    return uvloop.run(_drive(host, port, requests, connections, seconds))
