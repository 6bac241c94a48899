"""The people of the console, and invites to it."""

from uuid import UUID

import msgspec

from healthpartner.core.errors import Conflict, NotFound, invalid
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.console_members import service as console_members
from healthpartner.domains.tenants.console_members.schemas import ConsoleMember
from healthpartner.domains.tenants.invites import service as invites
from healthpartner.domains.tenants.invites.schemas import CreateInvite, Invite
from healthpartner.web.console.answers import Answer, Onward, Page
from healthpartner.web.console.door import change, page
from healthpartner.web.console.visit import Visit

TEAM = "/console/team"
MOST_SHOWN = 200


@page("/team", Action.SEE_TEAM)
async def team_page(visit: Visit) -> Answer:
    listed = PageRequest(MOST_SHOWN)
    people, _ = await console_members.list_members(visit.uow, listed)
    sent, _ = await invites.list_invites(visit.uow, listed, None)
    return Page("team.html", {"people": people, "invites": sent})


@change("/team/invites", Action.INVITE, again=team_page)
async def invite(visit: Visit) -> Answer:
    wanted = {"email": visit.form.get("email", "").strip(), "scope": visit.form.get("scope", "")}
    try:
        new = msgspec.convert(wanted, CreateInvite)
    except msgspec.ValidationError:
        raise invalid("email", "invalid_value", "An email address, and one of the scopes.") from None
    return Page("invite_shown.html", {"invite": await invites.create(visit.uow, new, visit.site.origin)})


async def _invite(visit: Visit) -> Invite:
    invite_id: UUID = visit.path("invite_id")
    listed, _ = await invites.list_invites(visit.uow, PageRequest(MOST_SHOWN), None)
    found = next((one for one in listed if one.id == invite_id), None)
    if found is None:
        raise NotFound("There is no such invite.")
    return found


@page("/team/invites/{invite_id:uuid}/revoke", Action.REVOKE_INVITE)
async def revoke_invite_page(visit: Visit) -> Answer:
    return Page("invite_revoke.html", {"invite": await _invite(visit)})


@change("/team/invites/{invite_id:uuid}/revoke", Action.REVOKE_INVITE, again=team_page)
async def revoke_invite(visit: Visit) -> Answer:
    await invites.revoke(visit.uow, visit.path("invite_id"))
    return Onward(TEAM, "invite_revoked")


async def _person(visit: Visit) -> ConsoleMember:
    member_id: UUID = visit.path("member_id")
    listed, _ = await console_members.list_members(visit.uow, PageRequest(MOST_SHOWN))
    found = next((one for one in listed if one.id == member_id), None)
    if found is None:
        raise NotFound("There is no such person.")
    return found


@page("/team/{member_id:uuid}/remove", Action.REMOVE_CONSOLE_MEMBER)
async def remove_person_page(visit: Visit) -> Answer:
    return Page("person_remove.html", {"person": await _person(visit)})


@change("/team/{member_id:uuid}/remove", Action.REMOVE_CONSOLE_MEMBER, again=team_page)
async def remove_person(visit: Visit) -> Answer:
    """Nobody removes themselves, so one admin always stays."""
    if visit.path("member_id") == visit.session.member_id:
        raise Conflict("You cannot remove yourself. Another admin can.")
    await console_members.remove(visit.uow, visit.path("member_id"))
    return Onward(TEAM, "member_removed")
