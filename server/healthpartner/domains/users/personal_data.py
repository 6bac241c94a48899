"""What is held about who a member is: for export. Erasure removes the member's row itself."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.users import service
from healthpartner.domains.users.schemas import Profile

# FHIR's administrative gender has no more members than these.
_GENDERS = {"male": "male", "female": "female", "non_binary": "other", "other": "other"}


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    row = await uow.fetchrow(
        "SELECT user_id, external_id, profile, created_at, updated_at FROM member WHERE org_id = $1 AND user_id = $2",
        uow.org_id,
        uow.member_id,
    )
    yield "profile", [dict(row)]


async def resources(uow: UnitOfWork) -> AsyncIterator[Iterable[dict[str, Any]]]:
    """One FHIR R4 Patient."""
    user = await service.read(uow)
    yield [_patient(str(user.user_id), user.profile)]


def _patient(user_id: str, profile: Profile) -> dict[str, Any]:
    telecom = [
        {"system": system, "value": value}
        for system, value in (("email", profile.email), ("phone", profile.phone))
        if value
    ]
    known: dict[str, Any] = {
        "name": [{"text": profile.name}] if profile.name else None,
        "telecom": telecom,
        "gender": _GENDERS.get(profile.gender or "", "unknown"),
        "birthDate": profile.birthday,
        "address": _addresses(profile),
    }
    return {"resourceType": "Patient", "id": user_id, **{name: value for name, value in known.items() if value}}


def _addresses(profile: Profile) -> list[dict[str, Any]]:
    location = profile.location
    if location is None:
        return []
    known = {"city": location.city, "state": location.state, "country": location.country}
    address = {name: value for name, value in known.items() if value}
    return [address] if address else []
