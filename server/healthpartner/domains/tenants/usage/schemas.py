"""Counted requests."""

from datetime import date
from uuid import UUID

from msgspec import Struct


class Counted(Struct, frozen=True):
    """What is counted together; `key_id` is None for member tokens."""

    org_id: UUID
    day: date
    key_id: UUID | None
    operation: str


class Tally(Struct):
    """`refused`: answered with a 4xx, `failed`: with a 5xx; both are among `requests`."""

    requests: int = 0
    refused: int = 0
    failed: int = 0


class DayUsage(Struct, frozen=True):
    day: date
    requests: int
    refused: int
    failed: int


class OperationUsage(Struct, frozen=True):
    operation: str
    requests: int
    refused: int
    failed: int


class KeyUsage(Struct, frozen=True):
    key_id: UUID | None
    requests: int
    refused: int
    failed: int


class Usage(Struct, frozen=True):
    """Every day of the time asked for, and the busiest operations and credentials in it."""

    days: list[DayUsage]
    operations: list[OperationUsage]
    keys: list[KeyUsage]
