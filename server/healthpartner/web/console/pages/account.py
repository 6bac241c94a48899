"""A person's own account: passkeys, recovery codes and sessions."""

from healthpartner.domains.console.credentials import service as credentials
from healthpartner.domains.console.passkeys import service as passkeys
from healthpartner.domains.console.passkeys.schemas import Owner
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.console.sessions import service as sessions
from healthpartner.web.console.answers import Answer, Json, Onward, Page
from healthpartner.web.console.door import change, page
from healthpartner.web.console.pages.sign_in import passkey_response, passkeys_work
from healthpartner.web.console.visit import Visit

ACCOUNT = "/console/account"
OWN = Action.MANAGE_OWN_ACCOUNT


@page("/account", OWN)
async def account_page(visit: Visit) -> Answer:
    uow, member_id = visit.uow, visit.session.member_id
    shown = {
        "sessions": await sessions.list_of(uow, member_id),
        "passkeys": await passkeys.list_of(uow, member_id),
        "has_password": await credentials.has_password(uow, member_id),
        "codes_left": await credentials.recovery_codes_left(uow, member_id),
        "now": visit.platform.clock.now(),
        "passkeys_work": passkeys_work(visit),
    }
    return Page("account.html", shown)


@change("/account/passkeys/options", OWN)
async def new_passkey_options(visit: Visit) -> Answer:
    session, system = visit.session, visit.platform.database.system
    owner = Owner(session.org_id, session.email, session.name or "", session.org_name)
    return Json(await passkeys.registration_options(visit.uow, system, visit.site, owner, session.member_id))


@change("/account/passkeys", OWN, again=account_page)
async def add_passkey(visit: Visit) -> Answer:
    platform = visit.platform
    made = await passkeys.proven(platform.database.system, platform.clock, visit.site, passkey_response(visit))
    name = " ".join(visit.form.get("name", "").split())[:100] or "Passkey"
    await passkeys.add(visit.uow, visit.session.member_id, made, name)
    return Onward(ACCOUNT, "passkey_added")


@change("/account/passkeys/{passkey_id:uuid}/remove", OWN, again=account_page)
async def remove_passkey(visit: Visit) -> Answer:
    await passkeys.remove(visit.uow, visit.session.member_id, visit.path("passkey_id"))
    return Onward(ACCOUNT, "passkey_removed")


@change("/account/recovery-codes", OWN, again=account_page)
async def renew_recovery_codes(visit: Visit) -> Answer:
    codes = await credentials.renew_recovery_codes(visit.uow, visit.session.member_id)
    return Page("recovery_codes.html", {"codes": codes, "onward": ACCOUNT})


@change("/account/sessions/{session_id:uuid}/end", OWN, again=account_page)
async def end_session(visit: Visit) -> Answer:
    await sessions.end(visit.uow, visit.session.member_id, visit.path("session_id"))
    return Onward(ACCOUNT, "session_ended")


@change("/account/sessions/end-others", OWN, again=account_page)
async def end_other_sessions(visit: Visit) -> Answer:
    await sessions.end_others(visit.uow, visit.session)
    return Onward(ACCOUNT, "other_sessions_ended")
