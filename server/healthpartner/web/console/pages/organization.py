"""The organization itself."""

from healthpartner.core.errors import invalid
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.organization import service as organization
from healthpartner.domains.tenants.organization.schemas import UpdateOrganization
from healthpartner.web.console.answers import Answer, Onward, Page
from healthpartner.web.console.door import change, page
from healthpartner.web.console.visit import Visit

LONGEST_NAME = 200


@page("/organization", Action.SEE_ORGANIZATION)
async def organization_page(visit: Visit) -> Answer:
    return Page("organization.html", {"org": await organization.read(visit.uow)})


@change("/organization", Action.RENAME_ORGANIZATION, again=organization_page)
async def rename_organization(visit: Visit) -> Answer:
    name = visit.form.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise invalid("name", "invalid_value", f"A name of at most {LONGEST_NAME} characters.")
    await organization.update(visit.uow, UpdateOrganization(name))
    return Onward("/console/organization", "renamed")
