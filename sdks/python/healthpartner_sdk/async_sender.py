"""Sends calls and awaits their answers: as `sender`, for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import httpx

from healthpartner_sdk.attempts import FIRST_REFUSAL, Attempts
from healthpartner_sdk.calls import Call, Page
from healthpartner_sdk.credentials import AsyncTokenSource, TokenCache, member_headers, tenant_headers
from healthpartner_sdk.decoding import decoded
from healthpartner_sdk.errors import error_of
from healthpartner_sdk.retries import RetryPolicy

T = TypeVar("T")


class AsyncTenantKey:
    """Server-side only."""

    def __init__(self, key: str) -> None:
        self._headers = tenant_headers(key)

    async def headers(self) -> dict[str, str]:
        return self._headers

    def forget(self, refused: dict[str, str]) -> None:
        """A key cannot be renewed."""


class AsyncMemberToken:
    """Several tasks may share it; one of them renews."""

    def __init__(self, source: AsyncTokenSource, cache: TokenCache) -> None:
        self._source, self._cache, self._lock = source, cache, asyncio.Lock()

    async def headers(self) -> dict[str, str]:
        async with self._lock:
            return member_headers(self._cache.current() or self._cache.keep(await self._source()))

    def forget(self, refused: dict[str, str]) -> None:
        self._cache.forget(refused)


class AsyncSender:
    """What the generated operations send with."""

    user_id: UUID | str

    def __init__(
        self,
        http: httpx.AsyncClient,
        credential: AsyncTenantKey | AsyncMemberToken,
        policy: RetryPolicy,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http, self._credential, self._policy, self._sleep = http, credential, policy, sleep

    async def _send(self, call: Call, kind: type[T]) -> T:
        return decoded(call, (await self._answered(call)).content, kind)

    async def _do(self, call: Call) -> None:
        """For operations that answer nothing."""
        await self._answered(call)

    async def _pages(self, call: Call, kind: type[T]) -> AsyncIterator[T]:
        cursor: str | None = None
        while True:
            page = await self._send(call.with_query(cursor=cursor), Page[kind])  # type: ignore[valid-type]
            for row in page.data:
                yield row
            cursor = page.pagination.next_cursor
            if cursor is None:
                return

    async def _stream(self, call: Call) -> AsyncIterator[bytes]:
        headers = await self._headers(call)
        async with self._http.stream(**Attempts(call, self._policy).request(headers)) as answer:
            if answer.status_code >= FIRST_REFUSAL:
                raise error_of(answer.status_code, await answer.aread())
            async for block in answer.aiter_bytes():
                yield block

    async def _headers(self, call: Call) -> dict[str, str]:
        return {} if call.anonymous else await self._credential.headers()

    async def _answered(self, call: Call) -> httpx.Response:
        attempts = Attempts(call, self._policy)
        while True:
            credential = await self._headers(call)
            try:
                answer = await self._http.request(**attempts.request(credential))
            except httpx.TransportError as failure:
                await self._sleep(attempts.after_failure(failure))
                continue
            if attempts.needs_new_token(answer, credential):
                self._credential.forget(credential)
                continue
            delay = attempts.after_answer(answer)
            if delay is None:
                return answer
            await self._sleep(delay)
