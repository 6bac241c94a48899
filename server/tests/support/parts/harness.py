"""What the conformance tests need to know about a kind of destination: how to open one against a real part, how to
break the way to it, and how its owner reads it.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

import msgspec

from healthpartner.destinations.contract import Destination, DestinationContext
from healthpartner.destinations.registry import KINDS
from tests.support.parts.fault_proxy import FaultProxy


class Stored(NamedTuple):
    """One message as its owner reads it: the event (its signature verified independently) and the metadata."""

    event: dict[str, Any]
    event_id: str
    signature: str


class Harness(ABC):
    kind: ClassVar[str]

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy

    @abstractmethod
    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:
        """What a partner would send; `missing`: of a queue that does not exist."""

    @abstractmethod
    def context(self, port: int, timeout_seconds: float) -> DestinationContext: ...

    @abstractmethod
    async def stored(self) -> list[Stored]: ...

    def open(self, *, port: int | None = None, missing: bool = False, timeout_seconds: float = 10.0) -> Destination:
        """A destination behind the fault proxy, or at another port."""
        kind, port = KINDS[self.kind], port or self.proxy.port
        settings = msgspec.convert(self.settings(port, missing=missing), kind.Settings)
        context = self.context(port, timeout_seconds)
        assert kind.validate(settings, context) == []
        return kind.open(settings, context)
