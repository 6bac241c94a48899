"""What every item with a start and an end is examined for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET
from healthpartner.domains.metrics.items import instants
from healthpartner.domains.metrics.items.instants import EARLIEST_MS
from healthpartner.domains.metrics.items.schemas import ItemError

_NO_INSTANT = "an instant with Z or an offset is needed"


class Bounds(NamedTuple):
    """A start and an end that are sound, with the offsets that they came with."""

    start_ms: int
    end_ms: int
    start_offset: int | None
    end_offset: int | None

    @property
    def end(self) -> datetime:
        return datetime.fromtimestamp(self.end_ms / 1000, UTC)


class HasHeartRate(Protocol):
    @property
    def min(self) -> float | None: ...
    @property
    def mean(self) -> float | None: ...
    @property
    def max(self) -> float | None: ...


def bounds_of(start: str, end: str, now_ms: int, longest_ms: int) -> Bounds | ItemError:
    moments, offsets = instants.parse([start, end])
    start_ms, end_ms = moments.tolist()
    for value, name in ((start_ms, "start"), (end_ms, "end")):
        if value == instants.INVALID:
            return ItemError("invalid_value", _NO_INSTANT, name)
        if not EARLIEST_MS <= value <= now_ms + DAY_MS:
            return ItemError("out_of_range", "from the year 1900 to tomorrow", name)
    if end_ms <= start_ms:
        return ItemError("invalid_value", "the end must be after the start", "end")
    if end_ms - start_ms > longest_ms:
        return ItemError("out_of_range", f"at most {longest_ms // 3_600_000} hours after the start", "end")
    start_offset, end_offset = (None if each == UNKNOWN_OFFSET else each for each in offsets.tolist())
    return Bounds(start_ms, end_ms, start_offset, end_offset)


def text_fault(**texts: str | None) -> ItemError | None:
    """The database holds every character but one."""
    unfit = next((name for name, text in texts.items() if text and "\x00" in text), None)
    return ItemError("invalid_value", "a character in it cannot be stored", unfit) if unfit else None


def parsed(texts: Sequence[str]) -> list[int]:
    """Instants in milliseconds, `instants.INVALID` for what is none."""
    moments: list[int] = instants.parse(texts)[0].tolist() if texts else []
    return moments


def heart_rate_fault(rate: HasHeartRate | None) -> ItemError | None:
    known = [each for each in (rate.min, rate.mean, rate.max) if each is not None] if rate else []
    if known == sorted(known):
        return None
    return ItemError("invalid_value", "the mean lies between minimum and maximum", "heart_rate")
