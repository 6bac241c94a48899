"""Reads a file with one body, or a list of recorded ones, through a vendor's mapping."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.contract import Chunk, ImportRefused, ImportReport, Limits, OnProgress, Progress

MOST_BYTES = 64 * 1024**2

_Entry = TypeVar("_Entry")
Mapping = Callable[[Any, Collected], bool]
"""Takes a body apart; False for one that it does not know."""


class BodyReader:
    """Iterates once; `report` is complete after that."""

    def __init__(self, path: Path, provider: str, mapping: Mapping, on_progress: OnProgress | None) -> None:
        self.report = ImportReport()
        self._path = path
        self._provider = provider
        self._mapping = mapping
        self._on_progress = on_progress

    def __iter__(self) -> Iterator[Chunk]:
        collected = Collected(self.report, self._provider)
        for body in bodies_of(self._path):
            if not self._mapping(body, collected):
                collected.passed_over("body", "unknown_body")
        yield from collected.chunks()
        if self._on_progress is not None:
            size = self._path.stat().st_size
            self._on_progress(Progress(size, size, self.report.records_read))


def opener(provider: str, mapping: Mapping) -> Callable[..., BodyReader]:
    def read(path: Path, *, limits: Limits | None = None, on_progress: OnProgress | None = None) -> BodyReader:  # noqa: ARG001 - a body has its own limit
        return BodyReader(path, provider, mapping, on_progress)

    return read


def bodies_of(path: Path) -> list[Any]:
    """Recordings have `path` and `body`; anything else is one body. Raises ImportRefused."""
    if path.stat().st_size > MOST_BYTES:
        raise ImportRefused("too_large", "The file is larger than any answer of an API.")
    try:
        found = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportRefused("json_malformed", "The file is not well-formed JSON.") from error
    if isinstance(found, list) and found and all(isinstance(each, dict) and "body" in each for each in found):
        return [each["body"] for each in found]
    return [found]


def entries(found: Any, kind: type[_Entry], detail: str, collected: Collected) -> Iterator[_Entry]:
    """Those of a list that are what they should be; the others are counted."""
    for each in found if isinstance(found, list) else []:
        try:
            yield msgspec.convert(each, kind)
        except msgspec.ValidationError:
            collected.passed_over(detail, "bad_entry")
