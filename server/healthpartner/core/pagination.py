"""Pages of a list: by offset, or by a cursor that stays true while rows are added."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from healthpartner.core.errors import invalid


class Pagination(Struct, frozen=True):
    limit: int
    offset: int
    total: int
    next_cursor: str | None = None


class PageRequest(Struct, frozen=True):
    """`after` is the sort key of the last row that the caller has seen: (instant, id), newest first."""

    limit: int
    offset: int = 0
    after: tuple[datetime, UUID] | None = None


def encode_cursor(key: tuple[datetime, UUID]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    """The sort key, or `ValidationFailed` for anything that `encode_cursor` did not make."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        instant, row_id = msgspec.json.decode(raw, type=tuple[datetime, UUID])
        return instant.astimezone(UTC), row_id
    except (binascii.Error, ValueError, OverflowError, msgspec.MsgspecError):
        raise invalid("cursor", "invalid_value", "this cursor was not made by this list") from None


def page_of(
    rows: Sequence[Any], page: PageRequest, total: int, key: Callable[[Any], tuple[datetime, UUID]]
) -> tuple[list[Any], Pagination]:
    """From up to `limit + 1` rows in list order: the page, and where the next one starts."""
    shown = list(rows[: page.limit])
    more = len(rows) > page.limit
    cursor = encode_cursor(key(shown[-1])) if more and shown else None
    return shown, Pagination(page.limit, page.offset, total, cursor)
