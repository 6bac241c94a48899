"""The shape every event has. A domain declares its own as a subclass in its `events.py`."""

from typing import Any, ClassVar, Literal

import msgspec
from msgspec import Struct

Stream = Literal["lab_results", "device_data", "coach_nudges", "program_updates", "account"]

STREAMS: tuple[Stream, ...] = ("lab_results", "device_data", "coach_nudges", "program_updates", "account")


class Event(Struct, frozen=True):
    """A fact, in the past tense. The fields of the subclass are the event's `data`. `available`: whether it is sent."""

    type: ClassVar[str]
    stream: ClassVar[Stream]
    available: ClassVar[bool] = True
    example: ClassVar[dict[str, Any]]

    def data(self) -> dict[str, Any]:
        value: dict[str, Any] = msgspec.to_builtins(self)
        return value
