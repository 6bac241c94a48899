"""Signing in and out: with a passkey, or with a password and a code."""

import re
from typing import Any

import msgspec

from healthpartner.core.access import Actor
from healthpartner.domains.console.attempts import service as attempts
from healthpartner.domains.console.attempts.schemas import PER_ADDRESS
from healthpartner.domains.console.credentials import service as credentials
from healthpartner.domains.console.credentials.errors import SignInRefused
from healthpartner.domains.console.credentials.schemas import Account, GivenCredentials
from healthpartner.domains.console.passkeys import service as passkeys
from healthpartner.domains.console.passkeys.errors import PasskeyRefused
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.console.sessions import service as sessions
from healthpartner.domains.console.sessions.schemas import Method
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.web.console.answers import Answer, Json, Onward, Page
from healthpartner.web.console.door import change, open_form, open_page
from healthpartner.web.console.responses import SIGN_IN
from healthpartner.web.console.visit import Visit

HOME = "/console"
OWN_PATH = re.compile(r"/console(?:/[A-Za-z0-9_-]+)*")
LONGEST_RESPONSE = 50_000


def way_back(asked: str | None) -> str:
    """A path of the console, or its front page: never an address elsewhere."""
    return asked if asked and OWN_PATH.fullmatch(asked) else HOME


def passkeys_work(visit: Visit) -> bool:
    """Browsers keep passkeys for names alone, not for network addresses."""
    return not re.fullmatch(r"[0-9.]+|.*:.*", visit.site.host)


@open_page("/sign-in")
async def sign_in_page(visit: Visit) -> Answer:
    if visit.known is not None:
        return Onward(way_back(visit.query("next")))
    next_path = way_back(visit.form.get("next") or visit.query("next"))
    return Page("sign_in.html", {"next": next_path, "passkeys_work": passkeys_work(visit)})


@open_form("/sign-in", again=sign_in_page)
async def sign_in(visit: Visit) -> Answer:
    given = GivenCredentials(
        visit.form.get("email", "")[:320],
        visit.form.get("password", ""),
        visit.form.get("code", ""),
        visit.form.get("organization", "").strip()[:200] or None,
    )
    account = await _proven(visit, given)
    actor = Actor("console_member", str(account.member_id))
    async with visit.open(account.org_id, actor) as uow:
        if await credentials.take_code(uow, visit.platform.keyring, account, given.code):
            token = await sessions.start(uow, account.member_id, "password", visit.user_agent)
            await uow.commit()
            return Onward(way_back(visit.form.get("next")), cookies=[visit.cookies.set(visit.cookies.session, token)])
    await _note_refusal(visit, account, "password")
    raise SignInRefused


async def _proven(visit: Visit, given: GivenCredentials) -> Account:
    """The account whose password this is; every attempt counts, known or not."""
    platform = visit.platform
    system = platform.database.system
    account_name = given.email.strip().lower()
    await attempts.take(system, platform.clock.now(), account=account_name, address=visit.address)
    account = await credentials.find(system, given)
    fits = await credentials.password_fits(account, given.password)
    if account is None:
        raise SignInRefused
    if not fits:
        await _note_refusal(visit, account, "password")
        raise SignInRefused
    return account


async def _note_refusal(visit: Visit, account: Account, method: Method) -> None:
    async with visit.open(account.org_id) as uow:
        await audit.record(uow, f"console_sign_in.refused_{method}", "console_member", account.member_id)
        await uow.commit()


@open_form("/sign-in/passkey/options")
async def passkey_options(visit: Visit) -> Answer:
    platform = visit.platform
    system = platform.database.system
    await attempts.take_from(system, platform.clock.now(), PER_ADDRESS, visit.address)
    return Json(await passkeys.authentication_options(system, platform.clock, visit.site))


@open_form("/sign-in/passkey", again=sign_in_page)
async def sign_in_with_passkey(visit: Visit) -> Answer:
    platform = visit.platform
    system = platform.database.system
    await attempts.take_from(system, platform.clock.now(), PER_ADDRESS, visit.address)
    presented = await passkeys.identify(system, platform.clock, visit.site, passkey_response(visit))
    async with visit.open(presented.org_id, Actor("console_member", str(presented.member_id))) as uow:
        await passkeys.note_use(uow, presented)
        token = await sessions.start(uow, presented.member_id, "passkey", visit.user_agent)
        await uow.commit()
    return Onward(way_back(visit.form.get("next")), cookies=[visit.cookies.set(visit.cookies.session, token)])


def passkey_response(visit: Visit) -> dict[str, Any]:
    """What the browser's authenticator answered, which a script of ours put into the form."""
    text = visit.form.get("response", "")
    try:
        return msgspec.json.decode(text[:LONGEST_RESPONSE], type=dict[str, Any])
    except msgspec.MsgspecError:
        raise PasskeyRefused from None


@change("/sign-out", Action.MANAGE_OWN_ACCOUNT)
async def sign_out(visit: Visit) -> Answer:
    session = visit.session
    await sessions.end(visit.uow, session.member_id, session.session_id)
    return Onward(SIGN_IN, "signed_out", [visit.cookies.clear(visit.cookies.session)])
