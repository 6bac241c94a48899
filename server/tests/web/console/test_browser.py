"""The console in a real browser: the flows of its people, those that must fail among them, and how its pages are read."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from healthpartner.core.clock import SettableClock
from healthpartner.core.config import Settings
from healthpartner.core.config.http import HttpSettings
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.domains.devices import service as devices
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.entrypoints.api import ApiServer
from tests.portal.browser import AXE, DESKTOP, FLAGS, PHONE, axe_script, serious_findings
from tests.support.api import Api, Member, Partner, make_platform, open_api
from tests.support.console import PASSWORD, Person, invite_link, joined
from tests.support.parts.processes import installed
from tests.support.parts.webhook_receiver import webhook_receiver

SECONDS_MS = 10_000
PAGES = (
    "",
    "/queues",
    "/queues/device_data",
    "/queues/device_data/destination",
    "/queues/device_data/remove",
    "/events",
    "/events/replay",
    "/usage",
    "/members",
    "/team",
    "/keys",
    "/signing-secret",
    "/audit-log",
    "/organization",
    "/account",
    "/nothing-here",
)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Site:
    """The platform behind a real socket, and a browser."""

    api: Api
    url: str
    browser: Browser

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Page]:
        """A browser of one's own; it fails the test for requests to elsewhere and for scripts that break."""
        context = await self.browser.new_context(viewport=DESKTOP)
        context.set_default_timeout(SECONDS_MS)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.on("request", lambda asked: None if asked.url.startswith(self.url) else complaints.append(asked.url))
        yield page
        await context.close()
        assert complaints == []

    @asynccontextmanager
    async def as_person(self, person: Person) -> AsyncIterator[Page]:
        """A browser with this person's session."""
        async with self.visitor() as page:
            await give_session(page.context, person.client.cookies["hp_session"], self.url)
            yield page

    def here(self, link: str) -> str:
        return self.url + urlsplit(link).path


async def give_session(context: BrowserContext, value: str, url: str) -> None:
    await context.add_cookies([{"name": "hp_session", "value": value, "url": url}])


@pytest.fixture
async def api(database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path) -> AsyncIterator[Api]:
    settings = Settings(http=HttpSettings(port=0))
    opened = open_api(await make_platform(database, clock, keyring, tmp_path, settings=settings))
    async with opened.client:
        yield opened


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    program = installed("chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=list(FLAGS), headless=True)
        yield started
        await started.close()


@pytest.fixture
async def site(api: Api, browser: Browser) -> AsyncIterator[Site]:
    server = ApiServer(api.platform)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event to wait for
        await asyncio.sleep(0.01)
    yield Site(api, f"http://localhost:{server.address[1]}", browser)
    server.should_exit = True
    await serving


async def with_authenticator(page: Page) -> None:
    """A device that makes and keeps passkeys, as a phone or a laptop does."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


async def press(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button).click()


async def join_by_passkey(page: Page, link: str) -> None:
    await with_authenticator(page)
    await page.goto(link)
    await page.get_by_label("Your name").fill("Dora")
    await press(page, "Create a passkey")
    await page.get_by_role("heading", name="Acme").wait_for()


async def join_by_password(page: Page, link: str, clock: SettableClock) -> str:
    """Fills the page in as a person would; answers the secret of the authenticator app."""
    await page.goto(f"{link}/password")
    secret = (await page.locator(".totp").inner_text()).replace(" ", "")
    await page.get_by_label("Your name").fill("Dora")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).at(clock.now()))
    await press(page, "Join")
    await page.get_by_role("heading", name="Recovery codes").wait_for()
    return secret


async def test_a_passkey_is_made_by_invite_and_signs_in(site: Site, acme: Partner) -> None:
    async with site.visitor() as page:
        await join_by_passkey(page, site.here(await invite_link(acme)))

        await press(page, "Sign out")
        await page.get_by_text("You are signed out.").wait_for()
        await press(page, "Sign in with a passkey")
        await page.get_by_role("heading", name="Acme").wait_for()

        await page.goto(f"{site.url}/console/account")
        await press(page, "Add a passkey")
        await page.get_by_text("This device has a passkey for you already.").wait_for()


async def test_a_passkeys_answer_is_good_once(site: Site, acme: Partner) -> None:
    async with site.visitor() as page:
        await join_by_passkey(page, site.here(await invite_link(acme)))
        await press(page, "Sign out")
        async with page.expect_request(lambda asked: asked.url.endswith("/sign-in/passkey")) as caught:
            await press(page, "Sign in with a passkey")
        await page.get_by_role("heading", name="Acme").wait_for()
        (answer,) = parse_qs((await caught.value).post_data or "")["response"]
        await press(page, "Sign out")
        await page.get_by_text("You are signed out.").wait_for()
        status = await page.evaluate(
            """async (response) => {
                const form_token = document.querySelector("[name=form_token]").value;
                const body = new URLSearchParams({form_token, response});
                return (await fetch("/console/sign-in/passkey", {method: "POST", body})).status;
            }""",
            answer,
        )
        assert status == 401
        await page.goto(f"{site.url}/console")
        assert "/console/sign-in" in page.url


async def test_a_passkey_of_another_device_is_refused(site: Site, acme: Partner) -> None:
    async with site.visitor() as page:
        await with_authenticator(page)
        await page.goto(f"{site.url}/console/sign-in")
        await press(page, "Sign in with a passkey")
        await page.get_by_text(re.compile("cancelled, or took too long")).wait_for()
        assert acme.key


async def test_a_password_needs_the_right_code(site: Site, acme: Partner, clock: SettableClock) -> None:
    async with site.visitor() as page:
        secret = await join_by_password(page, site.here(await invite_link(acme, "code@example.org")), clock)
        assert await page.locator("#codes li").count() == 10
        await page.get_by_role("link", name="I have kept them").click()
        await press(page, "Sign out")

        clock.advance(timedelta(minutes=1))
        for code, outcome in (("000000", "These credentials are not right."), ("", "")):
            await page.get_by_label("Email").fill("code@example.org")
            await page.get_by_label("Password").fill(PASSWORD)
            await page.get_by_label("Code", exact=True).fill(code or pyotp.TOTP(secret).at(clock.now()))
            await press(page, "Sign in with a password")
            if outcome:
                await expect(page.get_by_role("alert").filter(has_text=outcome)).to_be_visible()
        await page.get_by_role("heading", name="Acme").wait_for()


async def test_a_replayed_and_an_expired_invite_let_nobody_in(site: Site, acme: Partner, clock: SettableClock) -> None:
    used, expired = await invite_link(acme), await invite_link(acme, "late@example.org")
    async with site.visitor() as first:
        await join_by_password(first, site.here(used), clock)
    clock.advance(timedelta(days=7))
    for link in (used, expired):
        async with site.visitor() as page:
            await page.goto(site.here(link))
            await page.get_by_text("This link does not work any more").first.wait_for()
            await page.goto(f"{site.url}/console")
            assert "/console/sign-in" in page.url


async def test_a_stolen_session_is_dead_after_the_sign_out(site: Site, acme: Partner) -> None:
    admin = await joined(acme)
    async with site.as_person(admin) as own, site.as_person(admin) as stolen:
        await stolen.goto(f"{site.url}/console/keys")
        await stolen.get_by_role("heading", name="Tenant keys").wait_for()

        await own.goto(f"{site.url}/console")
        await press(own, "Sign out")
        await own.get_by_text("You are signed out.").wait_for()

        await stolen.reload()
        await stolen.get_by_role("heading", name="Sign in").wait_for()


async def test_a_key_is_made_rotated_and_revoked(site: Site, acme: Partner) -> None:
    async with site.as_person(await joined(acme)) as page:
        await page.goto(f"{site.url}/console/keys")
        await page.get_by_label("Name").fill("Backend")
        await press(page, "Make a key")
        secret = await page.get_by_label("Tenant API key").input_value()
        acme.key = secret
        assert (await acme.get("/v1/admin/org")).status_code == 200

        await page.get_by_role("link", name="I have copied it").click()
        assert secret not in await page.content()
        await page.get_by_role("link", name="Rotate Backend").click()
        await page.get_by_label("The old key ends").select_option("0")
        await press(page, "Rotate the key")
        rotated = await page.get_by_label("Tenant API key").input_value()
        assert (await acme.get("/v1/admin/org")).status_code == 401
        acme.key = rotated
        assert (await acme.get("/v1/admin/org")).status_code == 200

        await page.goto(f"{site.url}/console/keys")
        await page.get_by_role("link", name="Revoke Backend").click()
        await page.get_by_text("this cannot be undone").wait_for()
        await press(page, "Revoke the key")
        await page.get_by_text("The key is revoked").wait_for()
        assert (await acme.get("/v1/admin/org")).status_code == 401


async def test_a_viewer_cannot_revoke_a_key(site: Site, acme: Partner) -> None:
    (key,) = (await acme.get("/v1/admin/org/tenant-keys")).json()["data"]
    async with site.as_person(await joined(acme, "viewer")) as page:
        await page.goto(f"{site.url}/console/keys")
        await expect(page.get_by_text("Revoke")).to_have_count(0)
        await page.goto(f"{site.url}/console/keys/{key['id']}/revoke")
        await page.get_by_role("heading", name="You may not do this").wait_for()
        # And by hand, with the page's own token.
        await page.goto(f"{site.url}/console/account")
        status = await page.evaluate(
            """async (path) => {
                const form_token = document.querySelector("[name=form_token]").value;
                return (await fetch(path, {method: "POST", body: new URLSearchParams({form_token})})).status;
            }""",
            f"/console/keys/{key['id']}/revoke",
        )
        assert status == 403
    assert (await acme.get("/v1/admin/org")).status_code == 200


async def test_a_destination_shows_its_own_refusal_then_takes_the_test_event(
    site: Site, acme: Partner, keyring: Keyring
) -> None:
    async with acme.tenant.uow() as uow:
        await signing.create_first(uow, keyring)
        await uow.commit()
    async with webhook_receiver(plain_http=True) as receiver, site.as_person(await joined(acme)) as page:
        await page.goto(f"{site.url}/console/queues/device_data")
        await page.get_by_role("link", name="Register a destination").click()
        await page.get_by_label("Kind of queue").select_option("kafka")
        await expect(page.get_by_label("Topic")).to_have_count(2)
        await page.get_by_label("Kind of queue").select_option("webhook")
        await page.get_by_label("URL").fill(f"http://127.0.0.1:{receiver.port}/events")
        receiver.status = 503
        await press(page, "Send the test event and register")
        await expect(page.get_by_role("alert")).to_contain_text("503")
        receiver.status = 204
        await press(page, "Send the test event and register")
        await page.get_by_text("took the test event and is registered").wait_for()
        page.on("dialog", lambda dialog: dialog.accept())
        await press(page, "Send a test event")
        await page.get_by_text("The destination took a test event.").wait_for()
        assert len(receiver.calls) == 3


async def test_an_invited_colleague_appears_and_is_removed(site: Site, acme: Partner, clock: SettableClock) -> None:
    async with site.as_person(await joined(acme)) as page, site.visitor() as colleague:
        await page.goto(f"{site.url}/console/team")
        await page.get_by_label("Email").fill("eve@example.org")
        await page.get_by_label("Scope").select_option("developer")
        await press(page, "Make an invite")
        await join_by_password(colleague, await page.get_by_label("Invite link").input_value(), clock)
        await colleague.goto(f"{site.url}/console")
        await colleague.get_by_role("heading", name="Acme").wait_for()

        await page.goto(f"{site.url}/console/team")
        await page.get_by_role("link", name="Remove eve@example.org").click()
        await page.get_by_text("signed out everywhere at once").wait_for()
        await press(page, "Remove this person")
        await page.get_by_text("The person is removed").wait_for()
        await colleague.reload()
        await colleague.get_by_role("heading", name="Sign in").wait_for()


async def an_event(acme: Partner, alice: Member) -> str:
    async with acme.tenant.uow(alice.user_id) as uow:
        await devices.register_native(uow, "apple_health_kit")
        await uow.commit()
    async with acme.tenant.uow() as uow:
        return str(await uow.fetchval("SELECT event_id FROM event WHERE org_id = $1", acme.org_id))


async def test_another_organizations_event_is_not_there(
    site: Site, acme: Partner, globex: Partner, alice: Member
) -> None:
    event_id = await an_event(acme, alice)
    async with site.as_person(await joined(acme)) as own, site.as_person(await joined(globex)) as stranger:
        await own.goto(f"{site.url}/console/events")
        await own.get_by_role("link", name="device.connection.updated").click()
        await own.get_by_text(event_id).wait_for()
        answer = await stranger.goto(f"{site.url}/console/events/{event_id}")
        assert answer is not None
        assert answer.status == 404
        await stranger.get_by_role("heading", name="This page does not exist").wait_for()
        await stranger.goto(f"{site.url}/console/events")
        await stranger.get_by_role("heading", name="No events").wait_for()


async def findings(page: Page) -> list[str]:
    await page.evaluate(axe_script())
    return [f"{page.url} {finding}" for finding in serious_findings(await page.evaluate(AXE))]


async def check(page: Page, address: str) -> list[str]:
    """What is wrong with a page at both widths and in both themes."""
    wrong = []
    await page.goto(address)
    for size in (DESKTOP, PHONE):
        await page.set_viewport_size(size)
        if await page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            wrong.append(f"{address} is wider than {size['width']}")
        await page.emulate_media(color_scheme="light")
        wrong += await findings(page)
        await page.emulate_media(color_scheme="dark")
        wrong += await findings(page)
    return wrong


async def test_no_page_has_a_serious_finding_of_axe_nor_runs_off_the_screen(
    site: Site, acme: Partner, alice: Member
) -> None:
    event_id = await an_event(acme, alice)
    (key,) = (await acme.get("/v1/admin/org/tenant-keys")).json()["data"]
    more = (
        f"/members/{alice.user_id}?values=shown",
        f"/keys/{key['id']}/revoke",
        f"/keys/{key['id']}/rotate",
        f"/events/{event_id}?data=shown",
    )
    link = site.here(await invite_link(acme))
    async with site.as_person(await joined(acme)) as page:
        wrong = [line for path in PAGES + more for line in await check(page, f"{site.url}/console{path}")]
    async with site.visitor() as page:
        for address in (f"{site.url}/console/sign-in", link, f"{link}/password"):
            wrong += await check(page, address)
    assert wrong == []
