"""HTTP operations on consent and erasure."""

from healthpartner.core.errors import Conflict
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.privacy import erasure, service
from healthpartner.domains.privacy.schemas import PrivacySettings, UpdatePrivacySettings

GROUP = "Privacy settings"


@endpoint(
    "GET /v1/users/{user_id:uuid}/privacy-settings",
    "get_privacy_settings",
    group=GROUP,
    auth="member",
    summary="Read consent settings",
)
async def get_privacy_settings(uow: UnitOfWork) -> Data[PrivacySettings]:
    return Data(await service.read(uow))


@endpoint(
    "PATCH /v1/users/{user_id:uuid}/privacy-settings",
    "update_privacy_settings",
    group=GROUP,
    auth="member",
    success=204,
    summary="Change consent settings; applies to future sessions",
)
async def update_privacy_settings(data: UpdatePrivacySettings, uow: UnitOfWork) -> None:
    await service.update(uow, data)


@endpoint(
    "DELETE /v1/users/{user_id:uuid}",
    "delete_user",
    group="Users",
    auth="member",
    success=204,
    summary="Irreversibly purge the member and all member-scoped data",
    errors=(Conflict,),
)
async def delete_user(uow: UnitOfWork) -> None:
    """The token is dead at once. Files follow within moments; only a tombstone without personal data remains."""
    await erasure.erase_member(uow)


ROUTES = [get_privacy_settings, update_privacy_settings, delete_user]
