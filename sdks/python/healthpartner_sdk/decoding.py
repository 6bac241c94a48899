"""Answers as models. What the API adds later is passed over, so that an older client goes on."""

from typing import TypeVar, get_origin

import msgspec

from healthpartner_sdk.calls import Call, Data, Page

T = TypeVar("T")


def decoded(call: Call, content: bytes, kind: type[T]) -> T:
    """Without its envelope, but for pages, whose pagination matters, and answers that have none."""
    if call.bare or get_origin(kind) is Page:
        return msgspec.json.decode(content, type=kind)
    return msgspec.json.decode(content, type=Data[kind]).data  # type: ignore[valid-type]
