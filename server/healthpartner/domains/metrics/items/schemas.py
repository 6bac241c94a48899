"""What every ingest call has in common."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from healthpartner.core.http.documented import decoded_as

ClientId = Annotated[str, Meta(min_length=1, max_length=255)]
# Read by `instants`, all of a call at once.
Instant = Annotated[str, Meta(description="ISO 8601 with `Z` or an offset.", extra_json_schema={"format": "date-time"})]


def items_of(kind: Any, most: int) -> Meta:
    """What the document tells of items that are decoded one by one."""
    return decoded_as(
        Annotated[list[kind], Meta(max_length=most)],
        f"Up to {most} items. Each is taken or refused by itself: one that is not valid does not take the others with it.",
    )


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
