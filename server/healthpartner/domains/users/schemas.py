"""Members as partners send and receive them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

Text = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(max_length=200)]
Email = Annotated[str, Meta(max_length=320, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
ExternalId = Annotated[str, Meta(min_length=1, max_length=255)]
Gender = Literal["male", "female", "non_binary", "other", "prefer_not_to_say"]
Weight = Annotated[float, Meta(gt=0, le=2000)]
Height = Annotated[float, Meta(gt=0, le=300)]


class CreateUser(Struct, frozen=True):
    user_id: UUID | None = None
    external_id: ExternalId | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    email: Email | None = None


class UserCreated(Struct, frozen=True):
    user_id: UUID


class Location(Struct, frozen=True):
    city: Name | None = None
    state: Name | None = None
    country: Name | None = None


class Profile(Struct, frozen=True):
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    timezone: str | None = None
    birthday: date | None = None
    weight: float | None = None
    weight_unit: Literal["kg", "lb"] | None = None
    height: float | None = None
    height_unit: Literal["cm", "in"] | None = None
    preferences: str | None = None
    pre_existing_conditions: list[dict[str, Any]] | None = None
    gender: Gender | None = None
    ethnicity: str | None = None
    location: Location | None = None


class User(Struct, frozen=True):
    user_id: UUID
    profile: Profile


class ListedMember(Struct, frozen=True):
    """A member as the console lists them: nothing that tells who it is beyond the partner's own id."""

    user_id: UUID
    external_id: str | None
    created_at: datetime


class UpdateProfile(Struct, frozen=True):
    """Any subset; null clears a field."""

    name: Name | UnsetType | None = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Annotated[str, Meta(max_length=40)] | UnsetType | None = UNSET
    timezone: Annotated[str, Meta(max_length=64, description="IANA name, such as Europe/Berlin")] | UnsetType | None = (
        UNSET
    )
    birthday: date | UnsetType | None = UNSET
    weight: Weight | UnsetType | None = UNSET
    weight_unit: Literal["kg", "lb"] | UnsetType | None = UNSET
    height: Height | UnsetType | None = UNSET
    height_unit: Literal["cm", "in"] | UnsetType | None = UNSET
    preferences: Annotated[str, Meta(max_length=4000)] | UnsetType | None = UNSET
    pre_existing_conditions: Annotated[list[dict[str, Any]], Meta(max_length=100)] | UnsetType | None = UNSET
    gender: Gender | UnsetType | None = UNSET
    ethnicity: Text | UnsetType | None = UNSET
    location: Location | UnsetType | None = UNSET
