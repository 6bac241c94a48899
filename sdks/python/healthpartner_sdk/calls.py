"""One call of the API, before it is sent, and the envelopes of what comes back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote
from uuid import UUID

import msgspec
from msgspec import Struct

T = TypeVar("T")


class Omitted(Enum):
    """Tells an argument that was not given from one that is None, which clears a field."""

    OMITTED = "omitted"

    def __repr__(self) -> str:
        return "OMITTED"


OMITTED: Final = Omitted.OMITTED


class Pagination(Struct, frozen=True):
    limit: int
    offset: int
    total: int
    next_cursor: str | None = None


class Page(Struct, Generic[T], frozen=True):
    """Some rows of a list. `pagination.next_cursor` leads to the next ones and stays right while rows are added."""

    data: list[T]
    pagination: Pagination


class Data(Struct, Generic[T], frozen=True):
    data: T


class Call(Struct, frozen=True):
    """`keyed`: an `Idempotency-Key` makes it safe to repeat. `anonymous`: no credential is sent. `bare`: the answer has
    no envelope.
    """

    method: str
    path: str
    query: Mapping[str, Any] = {}
    body: Any = OMITTED
    content: bytes | None = None
    keyed: bool = False
    anonymous: bool = False
    bare: bool = False

    @property
    def is_repeatable(self) -> bool:
        return self.keyed or self.method == "GET"

    def parameters(self) -> dict[str, str]:
        return {name: as_text(value) for name, value in self.query.items() if value not in {OMITTED, None}}

    def with_query(self, **more: Any) -> "Call":
        return msgspec.structs.replace(self, query={**self.query, **more})

    def encoded(self) -> bytes | None:
        """The body as bytes, without what was not given."""
        if self.content is not None:
            return self.content
        if self.body is OMITTED:
            return None
        given = {name: value for name, value in self.body.items() if value is not OMITTED}
        return msgspec.json.encode(given)


def segment(value: UUID | str | int) -> str:
    """A value as one segment of a path."""
    return quote(str(value), safe="")


def as_text(value: object) -> str:
    """A value as the API reads it in a query."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
