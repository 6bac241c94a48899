"""Conditional requests after RFC 9110 §13."""

import hashlib

from healthpartner.web.answers import Encoded


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def names(if_none_match: str, etag: str) -> bool:
    """Weak comparison, as If-None-Match asks for."""
    candidates = [candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")]
    return "*" in candidates or etag in candidates


def conditional(answer: Encoded, if_none_match: str | None) -> Encoded:
    """The answer with its ETag, or 304 without a body when the caller has it already."""
    etag = etag_of(answer.body)
    headers = {**answer.headers, "etag": etag, "cache-control": "private, no-cache"}
    if if_none_match is not None and names(if_none_match, etag):
        return Encoded(304, b"", headers)
    return Encoded(answer.status, answer.body, headers)
