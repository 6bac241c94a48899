"""Sends calls and waits for their answers."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar
from uuid import UUID

import httpx

from healthpartner_sdk.attempts import FIRST_REFUSAL, Attempts
from healthpartner_sdk.calls import Call, Page
from healthpartner_sdk.credentials import TokenCache, TokenSource, member_headers, tenant_headers
from healthpartner_sdk.decoding import decoded
from healthpartner_sdk.errors import error_of
from healthpartner_sdk.retries import RetryPolicy

T = TypeVar("T")


class TenantKey:
    """Server-side only."""

    def __init__(self, key: str) -> None:
        self._headers = tenant_headers(key)

    def headers(self) -> dict[str, str]:
        return self._headers

    def forget(self, refused: dict[str, str]) -> None:
        """A key cannot be renewed."""


class MemberToken:
    """Several threads may share it; one of them renews."""

    def __init__(self, source: TokenSource, cache: TokenCache) -> None:
        self._source, self._cache, self._lock = source, cache, threading.Lock()

    def headers(self) -> dict[str, str]:
        with self._lock:
            return member_headers(self._cache.current() or self._cache.keep(self._source()))

    def forget(self, refused: dict[str, str]) -> None:
        self._cache.forget(refused)


class Sender:
    """What the generated operations send with."""

    user_id: UUID | str

    def __init__(
        self,
        http: httpx.Client,
        credential: TenantKey | MemberToken,
        policy: RetryPolicy,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http, self._credential, self._policy, self._sleep = http, credential, policy, sleep

    def _send(self, call: Call, kind: type[T]) -> T:
        return decoded(call, self._answered(call).content, kind)

    def _do(self, call: Call) -> None:
        """For operations that answer nothing."""
        self._answered(call)

    def _pages(self, call: Call, kind: type[T]) -> Iterator[T]:
        cursor: str | None = None
        while True:
            page = self._send(call.with_query(cursor=cursor), Page[kind])  # type: ignore[valid-type]
            yield from page.data
            cursor = page.pagination.next_cursor
            if cursor is None:
                return

    def _stream(self, call: Call) -> Iterator[bytes]:
        with self._http.stream(**Attempts(call, self._policy).request(self._headers(call))) as answer:
            if answer.status_code >= FIRST_REFUSAL:
                raise error_of(answer.status_code, answer.read())
            yield from answer.iter_bytes()

    def _headers(self, call: Call) -> dict[str, str]:
        return {} if call.anonymous else self._credential.headers()

    def _answered(self, call: Call) -> httpx.Response:
        attempts = Attempts(call, self._policy)
        while True:
            credential = self._headers(call)
            try:
                answer = self._http.request(**attempts.request(credential))
            except httpx.TransportError as failure:
                self._sleep(attempts.after_failure(failure))
                continue
            if attempts.needs_new_token(answer, credential):
                self._credential.forget(credential)
                continue
            delay = attempts.after_answer(answer)
            if delay is None:
                return answer
            self._sleep(delay)
