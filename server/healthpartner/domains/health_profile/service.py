"""Reading the health profile."""

import msgspec

from healthpartner.core.errors import Unauthorized
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.health_profile import store
from healthpartner.domains.health_profile.schemas import ConnectedDevice, HealthProfile, Privacy
from healthpartner.domains.users import service as users


async def read(uow: UnitOfWork) -> HealthProfile:
    row = await store.read(uow)
    if row is None:
        raise Unauthorized
    profile = users.profile_from(row["profile"])
    return HealthProfile(
        user_id=row["user_id"],
        profile=profile,
        location=profile.location,
        privacy=Privacy(row["conversation_recording_opt_in"]),
        connected_devices=msgspec.convert(row["devices"], list[ConnectedDevice]),
    )
