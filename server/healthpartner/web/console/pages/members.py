"""The organization's members: what they are linked to and how fresh their data is. Each look at one is on record."""

from uuid import UUID

from healthpartner.core.errors import NotFound
from healthpartner.core.pagination import PageRequest, decode_cursor
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.devices import service as devices
from healthpartner.domains.metrics.freshness import service as freshness
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.users import service as users
from healthpartner.web.console.answers import Answer, Page
from healthpartner.web.console.door import page
from healthpartner.web.console.visit import Visit

A_PAGE = 50
VALUES_OF_DAYS = 30


@page("/members", Action.SEE_MEMBERS)
async def members_page(visit: Visit) -> Answer:
    cursor, search = visit.query("cursor"), (visit.query("search") or "").strip()[:255]
    listed = PageRequest(A_PAGE, 0, decode_cursor(cursor) if cursor else None)
    found, pagination = await users.list_members(visit.uow, listed, search or None)
    ids = [member.user_id for member in found]
    shown = {
        "members": found,
        "pagination": pagination,
        "search": search,
        "connections": await devices.connections_of(visit.uow, ids),
        "freshness": await freshness.sources_of(visit.uow, ids),
    }
    return Page("members.html", shown)


@page("/members/{user_id:uuid}", Action.SEE_MEMBERS)
async def member_page(visit: Visit) -> Answer:
    """Health values, and what else tells who it is, only for scopes that may see them."""
    user_id: UUID = visit.path("user_id")
    member = await users.find(visit.uow, user_id)
    if member is None:
        raise NotFound("There is no such member.")
    with_values = visit.allows(Action.SEE_HEALTH_VALUES) and visit.query("values") == "shown"
    action = "member.health_values_viewed" if with_values else "member.viewed"
    await audit.record(visit.uow, action, "member", user_id, user_id=user_id)
    shown = {
        "member": member,
        "connections": (await devices.connections_of(visit.uow, [user_id])).get(user_id, []),
        "sources": (await freshness.sources_of(visit.uow, [user_id])).get(user_id, []),
        "with_values": with_values,
        "values": await freshness.latest_of(visit.uow, user_id, VALUES_OF_DAYS) if with_values else [],
    }
    return Page("member.html", shown)
