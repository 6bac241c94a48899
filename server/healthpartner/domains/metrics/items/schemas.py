"""What every ingest call has in common."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

ClientId = Annotated[str, Meta(min_length=1, max_length=255)]


class ItemError(Struct, frozen=True):
    code: str
    message: str
    field: str | None = None


class ItemResult(Struct, frozen=True, gc=False, omit_defaults=True):
    """`sample_id` of a duplicate is that of the first sample with this `client_id`."""

    client_id: str | None
    status: Literal["accepted", "duplicate", "rejected"]
    sample_id: str | UnsetType = UNSET
    error: ItemError | UnsetType = UNSET
