"""Open destinations, kept open while their settings stay as they are and lanes lead there."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from healthpartner.core.encryption import Keyring
from healthpartner.delivery.sending import Publisher, Target
from healthpartner.destinations.contract import Destination, DestinationContext, Kind, PublishFailed, Receipt
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.queues.schemas import Fault
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events.envelope import Envelope

KEPT_OPEN = 256


class OpenDestination(Struct, frozen=True):
    kind: str
    settings: Struct
    destination: Destination


class SwitchedFault(Struct, frozen=True):
    """In place of a destination whose owner rehearses a failure in the sandbox."""

    kind: Fault

    async def publish(self, envelope: Envelope) -> Receipt:  # noqa: ARG002 - nothing leaves
        raise PublishFailed(self.kind, "the sandbox's fault switch is on")


class Targets:
    """Finds where lanes lead. Settings and secrets are read for every batch: a replaced address gets nothing more, a
    revoked secret never signs again. What is replaced stays open for as long as a lane may still be sending to it.
    """

    def __init__(
        self, keyring: Keyring, context: DestinationContext, kinds: Mapping[str, Kind], lease_seconds: float
    ) -> None:
        self._keyring, self._context, self._kinds = keyring, context, kinds
        self._lease_seconds = lease_seconds
        self._open: dict[UUID, OpenDestination] = {}
        self._retired: deque[tuple[float, Destination]] = deque()

    async def find(self, connection: Any, lanes: Sequence[Any], now: datetime) -> dict[int, Target | None]:
        """The target of each lane; None where settings or secrets cannot be used."""
        org_ids = list({lane["org_id"] for lane in lanes})
        secrets = await signing.active_secrets_of(connection, self._keyring, org_ids, now)
        destination_ids = list({lane["destination_id"] for lane in lanes})
        settings = await queues.settings_of(connection, self._keyring, self._kinds, destination_ids)
        found: dict[int, Target | None] = {}
        for lane in lanes:
            keys, wanted = secrets[lane["org_id"]], settings.get(lane["destination_id"])
            if not keys or wanted is None:
                found[lane["lane_id"]] = None
                continue
            kind, chosen, fault = wanted
            opened = self._opened(lane["destination_id"], kind, chosen)
            publisher: Publisher = opened.destination if fault is None else SwitchedFault(fault)
            found[lane["lane_id"]] = Target(kind, publisher, keys)
        await self._close_retired(time.monotonic())
        return found

    async def close(self) -> None:
        for destination_id in list(self._open):
            self._retire(destination_id)
        await self._close_retired(float("inf"))

    def _opened(self, destination_id: UUID, kind: str, settings: Struct) -> OpenDestination:
        opened = self._open.get(destination_id)
        if opened is None or (opened.kind, opened.settings) != (kind, settings):
            self._retire(destination_id)
            opened = OpenDestination(kind, settings, self._kinds[kind].open(settings, self._context))
        # Taken out and put in again, so that the first one is always the one used longest ago.
        self._open.pop(destination_id, None)
        self._open[destination_id] = opened
        if len(self._open) > KEPT_OPEN:
            self._retire(next(iter(self._open)))
        return opened

    def _retire(self, destination_id: UUID) -> None:
        opened = self._open.pop(destination_id, None)
        if opened is not None:
            self._retired.append((time.monotonic() + self._lease_seconds, opened.destination))

    async def _close_retired(self, now: float) -> None:
        while self._retired and self._retired[0][0] <= now:
            _, destination = self._retired.popleft()
            await destination.close()
