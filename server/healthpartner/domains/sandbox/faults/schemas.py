"""Switching faults, as partners ask for it."""

from msgspec import Struct

from healthpartner.domains.tenants.queues.schemas import Fault


class SwitchFault(Struct, frozen=True):
    """null lets deliveries through again."""

    fault: Fault | None
