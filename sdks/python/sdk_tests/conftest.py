"""The client against the real application, in process: the server's own fixtures, and ways to reach it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from healthpartner_sdk import AsyncHealthPartner, HealthPartner, RetryPolicy

from tests.conftest import acme, alice, api, clock, database, keyring, parts, postgres_server, template
from tests.support.api import Api, Partner

__all__ = ["acme", "alice", "api", "clock", "database", "keyring", "parts", "postgres_server", "template"]

BASE_URL = "http://api.test"


class Waiting(httpx.BaseTransport):
    """For a thread that waits, while the application runs on the loop of the test."""

    def __init__(self, inner: httpx.AsyncBaseTransport, loop: asyncio.AbstractEventLoop) -> None:
        self._inner, self._loop = inner, loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return asyncio.run_coroutine_threadsafe(self._handled(request), self._loop).result(30)

    async def _handled(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content, request=request)


class Faulty(httpx.AsyncBaseTransport):
    """Calls `faults` before each request: an answer or an error of theirs takes the place of the application's."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.faults: list[Callable[[httpx.Request], httpx.Response | None]] = []
        self.lost_answers = 0
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.faults and (answer := self.faults.pop(0)(request)):
            return answer
        answered = await self._inner.handle_async_request(request)
        if self.lost_answers:
            self.lost_answers -= 1
            await answered.aread()
            raise httpx.ReadError("lost", request=request)
        return answered


@pytest.fixture
def wire(api: Api) -> Faulty:
    inner: Any = api.client._transport
    return Faulty(inner)


@pytest.fixture
async def hp(wire: Faulty, acme: Partner, clock: Any) -> AsyncIterator[AsyncHealthPartner]:
    """Acme's server with asyncio; waits for nothing between attempts."""
    http = httpx.AsyncClient(transport=wire, base_url=BASE_URL)
    client = AsyncHealthPartner(BASE_URL, acme.key, http=http, policy=RetryPolicy(first_seconds=0), clock=clock.now)
    async with client:
        yield client


@pytest.fixture
def waiting_hp(wire: Faulty, acme: Partner, clock: Any) -> HealthPartner:
    """Acme's server as it waits; call it in a thread."""
    http = httpx.Client(transport=Waiting(wire, asyncio.get_event_loop()), base_url=BASE_URL)
    return HealthPartner(BASE_URL, acme.key, http=http, policy=RetryPolicy(first_seconds=0), clock=clock.now)
