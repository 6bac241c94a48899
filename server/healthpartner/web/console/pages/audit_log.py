"""Who did what, and when."""

from healthpartner.core.pagination import PageRequest, decode_cursor
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.audit.schemas import AuditFilter
from healthpartner.domains.tenants.console_members import service as console_members
from healthpartner.web.console.answers import Answer, Page
from healthpartner.web.console.door import page
from healthpartner.web.console.visit import Visit

A_PAGE = 50
MOST_NAMES = 200


@page("/audit-log", Action.SEE_AUDIT_LOG)
async def audit_log_page(visit: Visit) -> Answer:
    cursor = visit.query("cursor")
    listed = PageRequest(A_PAGE, 0, decode_cursor(cursor) if cursor else None)
    action = visit.query("action")
    entries, pagination = await audit.list_entries(visit.uow, listed, AuditFilter(action=action))
    people, _ = await console_members.list_members(visit.uow, PageRequest(MOST_NAMES))
    names = {str(person.id): person.name or person.email for person in people}
    shown = {"entries": entries, "pagination": pagination, "names": names, "action": action or ""}
    return Page("audit_log.html", shown)
