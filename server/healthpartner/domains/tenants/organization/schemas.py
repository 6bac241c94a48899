"""An organisation as its partner sees it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

OrganizationName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]


class Organization(Struct, frozen=True):
    """`key` names the organisation in providers' stamps; `member_count` counts the people of its console."""

    id: UUID
    name: str
    key: str
    member_count: int
    created_at: datetime


class UpdateOrganization(Struct, frozen=True):
    """Only the name changes; `id` and `key` are named so that sending them is refused and not ignored."""

    name: OrganizationName | UnsetType = UNSET
    id: Any = UNSET
    key: Any = UNSET
