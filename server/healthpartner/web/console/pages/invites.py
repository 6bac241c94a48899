"""Accepting an invite by its link."""

import base64
import binascii

import segno
from markupsafe import Markup

from healthpartner.core.encryption import DecryptionFailed
from healthpartner.core.errors import InvalidRequest
from healthpartner.domains.console.attempts import service as attempts
from healthpartner.domains.console.attempts.schemas import PER_ADDRESS
from healthpartner.domains.console.credentials import service as credentials
from healthpartner.domains.console.credentials.schemas import Enrolment
from healthpartner.domains.console.joining import service as joining
from healthpartner.domains.console.passkeys import service as passkeys
from healthpartner.domains.console.passkeys.schemas import Owner
from healthpartner.domains.console.sessions import service as sessions
from healthpartner.domains.tenants.invites import service as invites
from healthpartner.domains.tenants.invites.schemas import OpenInvite
from healthpartner.web.console.answers import Answer, Json, Onward, Page
from healthpartner.web.console.door import open_form, open_page
from healthpartner.web.console.pages.sign_in import HOME, passkey_response, passkeys_work
from healthpartner.web.console.visit import Visit

TOTP_FIELD = "authenticator"


async def invite_of(visit: Visit) -> OpenInvite:
    """The invite that the link names, or the same refusal for every other link."""
    platform = visit.platform
    await attempts.take_from(platform.database.system, platform.clock.now(), PER_ADDRESS, visit.address)
    return await invites.find_open(platform.database.system, platform.clock, visit.path("token"))


@open_page("/invites/{token:str}")
async def invite_page(visit: Visit) -> Answer:
    invite = await invite_of(visit)
    return Page("invite.html", {"invite": invite, "token": visit.path("token"), "passkeys_work": passkeys_work(visit)})


@open_form("/invites/{token:str}/passkey/options")
async def invite_passkey_options(visit: Visit) -> Answer:
    invite = await invite_of(visit)
    owner = Owner(invite.org_id, invite.email, visit.form.get("name", "")[:200], invite.org_name)
    async with visit.open(invite.org_id) as uow:
        system = visit.platform.database.system
        return Json(await passkeys.registration_options(uow, system, visit.site, owner, None))


@open_form("/invites/{token:str}/passkey", again=invite_page)
async def accept_with_passkey(visit: Visit) -> Answer:
    invite = await invite_of(visit)
    platform = visit.platform
    made = await passkeys.proven(platform.database.system, platform.clock, visit.site, passkey_response(visit))
    async with visit.open(invite.org_id) as uow:
        member_id = await joining.with_passkey(uow, invite, visit.form.get("name", ""), made)
        token = await sessions.start(uow, member_id, "passkey", visit.user_agent)
        await uow.commit()
    return Onward(HOME, cookies=[visit.cookies.set(visit.cookies.session, token)])


@open_page("/invites/{token:str}/password")
async def invite_password_page(visit: Visit) -> Answer:
    invite = await invite_of(visit)
    secret = _opened(visit, invite) if visit.form.get(TOTP_FIELD) else credentials.new_totp_secret()
    shown = {
        "invite": invite,
        "token": visit.path("token"),
        **authenticator(visit, invite.email, invite.org_name, secret),
    }
    return Page("invite_password.html", {**shown, "sealed": _sealed(visit, invite, secret)})


@open_form("/invites/{token:str}/password", again=invite_password_page)
async def accept_with_password(visit: Visit) -> Answer:
    invite = await invite_of(visit)
    form = visit.form
    enrolment = Enrolment(form.get("password", ""), _opened(visit, invite), form.get("code", ""))
    async with visit.open(invite.org_id) as uow:
        member_id, codes = await joining.with_password(
            uow, visit.platform.keyring, invite, form.get("name", ""), enrolment
        )
        token = await sessions.start(uow, member_id, "password", visit.user_agent)
        await uow.commit()
    shown = {"codes": codes, "onward": HOME}
    return Page("recovery_codes.html", shown, cookies=[visit.cookies.set(visit.cookies.session, token)])


def authenticator(visit: Visit, email: str, org_name: str, secret: str) -> dict[str, object]:
    """What the page shows to set an authenticator app up with: a QR code, and the secret to type in."""
    uri = credentials.provisioning_uri(secret, email, org_name)
    drawn = segno.make_qr(uri).svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"qr": Markup(drawn), "secret": grouped, "environment": visit.platform.settings.deployment.environment}  # noqa: S704 - drawn here


def _sealed(visit: Visit, invite: OpenInvite, secret: str) -> str:
    """The secret goes along with the form, sealed, so that nothing is kept for links that are only looked at."""
    return base64.urlsafe_b64encode(visit.platform.keyring.encrypt(secret.encode(), context=_context(invite))).decode()


def _opened(visit: Visit, invite: OpenInvite) -> str:
    try:
        sealed = base64.urlsafe_b64decode(visit.form.get(TOTP_FIELD, ""))
        return visit.platform.keyring.decrypt(sealed, context=_context(invite)).decode()
    except (binascii.Error, ValueError, DecryptionFailed):
        raise InvalidRequest("This page is not current any more. Open the link again.") from None


def _context(invite: OpenInvite) -> bytes:
    return b"console invite" + invite.invite_id.bytes
