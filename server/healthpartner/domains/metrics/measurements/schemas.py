"""One entry as partners receive it: the fields of its kind's list, told in one schema for all kinds."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from healthpartner.domains.metrics.measurements.kinds import KINDS


def _fields() -> list[tuple[str, Any, Any]]:
    """Every field of every kind; where kinds share a name, they mean the same."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        for field in msgspec.structs.fields(kind.row):
            found.setdefault(field.name, field.type)
    del found["sample_id"]
    return [(name, told | UnsetType, UNSET) for name, told in found.items()]


Measurement: Any = msgspec.defstruct(
    "Measurement",
    [("sample_id", UUID), *_fields()],
    namespace={"__doc__": "One entry, with the fields that the list of its kind has."},
    module=__name__,
    frozen=True,
    kw_only=True,
)
