"""Reading and changing consent."""

from healthpartner.core.errors import Unauthorized
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.privacy import store
from healthpartner.domains.privacy.schemas import PrivacySettings, UpdatePrivacySettings
from healthpartner.domains.tenants.audit import service as audit


async def read(uow: UnitOfWork) -> PrivacySettings:
    row = await store.read(uow)
    if row is None:
        raise Unauthorized
    return PrivacySettings(**row)


async def update(uow: UnitOfWork, changes: UpdatePrivacySettings) -> None:
    recording = changes.conversation_recording_opt_in
    if not isinstance(recording, bool):
        return
    await store.update(uow, recording=recording)
    await audit.record(uow, "privacy_settings.updated", "member", uow.member_id, user_id=uow.member_id)
