"""The front page: how the integration is doing, and what is still to be set up."""

from healthpartner.core.pagination import PageRequest
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.keys import service as tenant_keys
from healthpartner.domains.tenants.organization import service as organization
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.web.console.answers import Answer, Page
from healthpartner.web.console.door import page
from healthpartner.web.console.visit import Visit


@page("", Action.SEE_OVERVIEW)
async def overview_page(visit: Visit) -> Answer:
    _, keys = await tenant_keys.list_keys(visit.uow, None, PageRequest(1), include_revoked=False)
    shown = {
        "org": await organization.read(visit.uow),
        "key_count": keys.total,
        "queues": await queues.list_all(visit.uow),
    }
    return Page("overview.html", shown)
