"""Synthetic members as partners ask for them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from healthpartner.domains.users.schemas import ExternalId

PersonaSlug = Literal[
    "new_parent",
    "shift_worker",
    "runner",
    "type_2_diabetic",
    "frequent_flyer",
    "sedentary_office_worker",
    "recovering_from_illness",
    "older_adult",
]
Seed = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Months = Annotated[int, Meta(ge=1, le=60)]


class CreateSyntheticMember(Struct, frozen=True):
    """The same persona and seed live the same days. `months` of history end now."""

    persona: PersonaSlug
    seed: Seed = 1
    months: Months = 12
    external_id: ExternalId | None = None


class SyntheticMemberAccepted(Struct, frozen=True):
    """The member exists at once; poll the job with a token of theirs until the history is there."""

    user_id: UUID
    job_id: UUID
    status: Literal["accepted"] = "accepted"


class LifeInput(Struct, frozen=True):
    """What the job needs to know."""

    persona: PersonaSlug
    seed: int
    months: int


class LifeResult(Struct, frozen=True):
    persona: PersonaSlug
    seed: int
    first_day: date
    last_day: date
    samples: int
    nights: int
    workouts: int
