"""The notice of a deprecation: an event on the account stream, and the audit entry that remembers it."""

from healthpartner.core.lifecycle import DOCUMENTATION, Deprecation, midnight
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.deprecations.events import ApiDeprecationAnnounced
from healthpartner.events import outbox

ANNOUNCED = "deprecation.announced"


async def tell(uow: UnitOfWork, deprecation: Deprecation, base_url: str) -> None:
    """Tells the unit of work's organisation."""
    await outbox.record(uow, notice(deprecation, base_url))
    await audit.record(uow, ANNOUNCED, "deprecation", deprecation.id)


def notice(deprecation: Deprecation, base_url: str) -> ApiDeprecationAnnounced:
    return ApiDeprecationAnnounced(
        deprecation_id=deprecation.id,
        kind=deprecation.kind,
        subject=deprecation.name,
        announced_at=midnight(deprecation.announced),
        deprecated_at=midnight(deprecation.effective),
        maintained_until=midnight(deprecation.maintained_until),
        sunset_at=midnight(deprecation.sunset),
        replacement=deprecation.instead,
        documentation_url=f"{base_url}{DOCUMENTATION}#{deprecation.id}",
    )
