"""One call's attempts: what each of them sends, and whether another one follows."""

from typing import Any
from uuid import uuid4

import httpx

from healthpartner_sdk.calls import Call
from healthpartner_sdk.errors import ConnectionFailed, error_of
from healthpartner_sdk.retries import RetryPolicy

UNAUTHORIZED = 401
FIRST_REFUSAL = 400


class Attempts:
    """All attempts carry one `Idempotency-Key`. A refused member token is renewed once."""

    def __init__(self, call: Call, policy: RetryPolicy) -> None:
        self._call, self._policy = call, policy
        self._headers = {"idempotency-key": str(uuid4())} if call.keyed else {}
        self._body = call.encoded()
        if self._body is not None and call.content is None:
            self._headers["content-type"] = "application/json"
        self._retries = 0
        self._renewed = False

    def request(self, credential: dict[str, str]) -> dict[str, Any]:
        """The arguments of the HTTP client's `request`."""
        return {
            "method": self._call.method,
            "url": self._call.path,
            "params": self._call.parameters(),
            "content": self._body,
            "headers": {**self._headers, **credential},
        }

    def needs_new_token(self, answer: httpx.Response, credential: dict[str, str]) -> bool:
        if answer.status_code != UNAUTHORIZED or self._renewed or "authorization" not in credential:
            return False
        self._renewed = True
        return True

    def after_failure(self, failure: httpx.TransportError) -> float:
        """Seconds to wait after no answer came; raises ConnectionFailed when there is no more trying."""
        delay = self._policy.after_failure(self._call, self._retries)
        if delay is None:
            raise ConnectionFailed(f"no answer: {type(failure).__name__}") from failure
        self._retries += 1
        return delay

    def after_answer(self, answer: httpx.Response) -> float | None:
        """Seconds to wait before asking again; None when the answer is good. Raises the API's error."""
        status = answer.status_code
        delay = self._policy.after_answer(self._call, self._retries, status, answer.headers, answer.content)
        self._retries += 1
        if delay is None and status >= FIRST_REFUSAL:
            raise error_of(status, answer.content)
        return delay
