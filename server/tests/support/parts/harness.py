"""What the conformance tests need to know about a kind of destination: how to open one against a real part, how to
break the way to it, and how its owner reads it.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

import msgspec

from healthpartner.destinations.contract import Destination, DestinationContext
from healthpartner.destinations.registry import KINDS
from tests.support.parts.events import CURRENT_SECRET
from tests.support.parts.fault_proxy import FaultProxy
from tests.support.receiver import verify


class Stored(NamedTuple):
    """One message as its owner reads it: the event (its signature verified independently), its very bytes, and the
    metadata.
    """

    event: dict[str, Any]
    body: str
    event_id: str
    signature: str


def queued(envelope_json: str, event_id: str, signature: str) -> Stored:
    """A message whose payload is the signed envelope, with what its metadata say."""
    event = verify(envelope_json, [CURRENT_SECRET])
    return Stored(event, msgspec.json.decode(envelope_json)["body"], event_id, signature)


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

    def secrets(self) -> list[str]:
        """What is write-only in the settings, in every form that a text could quote."""
        given = self.settings(self.proxy.port)
        hidden = [given[name] for name in KINDS[self.kind].write_only if name in given]
        texts = [text for value in hidden for text in (value.values() if isinstance(value, dict) else [value])]
        return [*texts, *(text.partition("sig=")[2].partition("&")[0] for text in texts if "sig=" in text)]

    def open(self, *, port: int | None = None, missing: bool = False, timeout_seconds: float = 10.0) -> Destination:
        """A destination behind the fault proxy, or at another port."""
        kind, port = KINDS[self.kind], port or self.proxy.port
        settings = msgspec.convert(self.settings(port, missing=missing), kind.Settings)
        context = self.context(port, timeout_seconds)
        assert kind.validate(settings, context) == []
        return kind.open(settings, context)
