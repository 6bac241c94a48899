"""The bodies of successful answers: `{"data": …}`, and with a pagination for lists."""

from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from msgspec import Struct

from healthpartner.core.pagination import Pagination

T = TypeVar("T")


class Data(Struct, Generic[T], frozen=True):
    data: T


class Page(Struct, Generic[T], frozen=True):
    data: list[T]
    pagination: Pagination


class Answer(Struct, frozen=True):
    """For the few operations that choose their status or headers: what to send, and how."""

    body: object
    status: int | None = None
    headers: dict[str, str] = {}


class File(Struct, frozen=True):
    """For operations that answer a stored file: sent block by block, to be saved under its name."""

    filename: str
    size: int
    blocks: AsyncIterator[bytes]
