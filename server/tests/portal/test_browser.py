from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from healthpartner.entrypoints.sandbox import read_env
from healthpartner.portal.contents import groups
from healthpartner.web.portal import BASE
from tests.portal.browser import AXE, DESKTOP, PHONE, axe_script, chromium, serious_findings
from tests.support.running import running

PAGES = [place.url for group in groups(BASE) for place in group.pages]
REFERENCE = f"{BASE}reference/"
KILOBYTE = 1024
MOST_TRANSFERRED_KB = 200
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    directory = tmp_path_factory.mktemp("sandbox")
    with running(directory):
        yield read_env(directory / "sandbox.env")


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext, sandbox: dict[str, str]) -> Iterator[Page]:
    """A page that fails the test for every complaint of the browser, and for every request to elsewhere."""
    opened = browser.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((sandbox["HP_BASE_URL"], "data:", "blob:"))
            else complaints.append(request.url)
        ),
    )
    yield opened
    opened.evaluate("localStorage.clear()")
    opened.close()
    assert complaints == []


def visit(page: Page, sandbox: dict[str, str], path: str) -> None:
    page.goto(sandbox["HP_BASE_URL"] + path, wait_until="networkidle")
    if path == REFERENCE:
        page.get_by_role("heading", name="Health Partner API").wait_for()


def findings(page: Page) -> list[str]:
    page.evaluate(axe_script())
    return serious_findings(page.evaluate(AXE))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_serious_finding_of_axe_nor_runs_off_the_screen(
    path: str, page: Page, sandbox: dict[str, str]
) -> None:
    visit(page, sandbox, path)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert findings(page) == []


def open_request_panel(page: Page, sandbox: dict[str, str]) -> None:
    visit(page, sandbox, REFERENCE)
    page.goto(f"{sandbox['HP_BASE_URL']}{REFERENCE}#tag/partner-management/get_org")
    page.get_by_role("button", name="Test Request (get /v1/admin/org)").click()
    page.get_by_role("dialog").get_by_role("button", name="Send get request").wait_for()


def test_the_reference_sends_a_request_to_the_sandbox_with_the_visitors_credential(
    page: Page, sandbox: dict[str, str]
) -> None:
    page.set_viewport_size(DESKTOP)
    open_request_panel(page, sandbox)
    panel = page.get_by_role("dialog")
    panel.locator("input[id^=scalar-client]").first.fill(sandbox["HP_TENANT_KEY"])
    with page.expect_response("**/v1/admin/org") as answered:
        panel.get_by_role("button", name="Send get request").click()
    assert answered.value.status == 200
    assert answered.value.json()["data"]["name"] == "Sandbox"
    expect(panel.get_by_text('"Sandbox"')).to_be_visible()
    assert findings(page) == []


def test_a_credential_is_forgotten_with_the_page(page: Page, sandbox: dict[str, str]) -> None:
    page.set_viewport_size(DESKTOP)
    open_request_panel(page, sandbox)
    page.get_by_role("dialog").locator("input[id^=scalar-client]").first.fill(sandbox["HP_TENANT_KEY"])
    page.reload(wait_until="networkidle")
    assert sandbox["HP_TENANT_KEY"] not in page.content()
    assert sandbox["HP_TENANT_KEY"] not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


def test_each_route_of_the_index_opens_its_place_in_the_reference(page: Page, sandbox: dict[str, str]) -> None:
    visit(page, sandbox, f"{BASE}routes/")
    page.get_by_role("link", name="/v1/uploads", exact=True).click()
    expect(
        page.get_by_role("heading", name="POST /v1/uploads").or_(page.locator("[id$='create_upload']")).first
    ).to_be_in_viewport()


def test_the_search_leads_to_a_section(page: Page, sandbox: dict[str, str]) -> None:
    visit(page, sandbox, BASE)
    page.keyboard.press("/")
    page.keyboard.type("bucket")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Rate limits")


def test_enter_before_the_index_has_come_leads_to_the_section_when_it_has(page: Page, sandbox: dict[str, str]) -> None:
    visit(page, sandbox, BASE)
    held: list[Route] = []
    page.route("**/*.json*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    with page.expect_request("**/*.json*"):
        page.keyboard.press("/")
    page.keyboard.type("bucket")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing found.")).to_be_hidden()
    held[0].continue_()
    expect(page.locator("h1")).to_have_text("Rate limits")


def test_a_search_without_a_hit_says_so(page: Page, sandbox: dict[str, str]) -> None:
    visit(page, sandbox, BASE)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("searchbox").fill("zzzz")
    expect(page.get_by_role("status")).to_have_text("Nothing found.")


def test_the_language_that_is_chosen_is_shown_on_every_page(page: Page, sandbox: dict[str, str]) -> None:
    visit(page, sandbox, f"{BASE}idempotency/")
    expect(page.get_by_text("for attempt in first second; do")).to_be_visible()
    page.get_by_role("tab", name="curl").press("ArrowRight")
    expect(page.get_by_role("tab", name="Python")).to_be_focused()
    expect(page.get_by_text("for attempt in first second; do")).to_be_hidden()
    visit(page, sandbox, f"{BASE}pagination/")
    expect(page.get_by_role("tab", name="Python")).to_have_attribute("aria-selected", "true")


def test_code_is_copied_as_it_stands(page: Page, browser: BrowserContext, sandbox: dict[str, str]) -> None:
    browser.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, sandbox, f"{BASE}getting-started/")
    page.get_by_role("button", name="Copy").nth(1).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith("\nmake run\n")


def test_the_chosen_theme_is_kept(page: Page, sandbox: dict[str, str]) -> None:
    page.emulate_media(color_scheme="light")
    visit(page, sandbox, BASE)
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate(paper)
    assert dark != light
    visit(page, sandbox, f"{BASE}errors/")
    assert page.evaluate(paper) == dark


def test_the_menu_of_a_phone_opens_and_closes(page: Page, sandbox: dict[str, str]) -> None:
    page.set_viewport_size(PHONE)
    visit(page, sandbox, BASE)
    link = page.get_by_label("Pages").get_by_role("link", name="Errors")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()


@pytest.mark.parametrize("path", [path for path in PAGES if path != REFERENCE])
def test_less_than_200_kb_are_sent_for_a_page(path: str, page: Page, sandbox: dict[str, str]) -> None:
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    visit(page, sandbox, path)
    assert sum(sizes) < MOST_TRANSFERRED_KB * KILOBYTE


def test_a_script_of_someone_elses_is_not_run(browser: BrowserContext, sandbox: dict[str, str]) -> None:
    """The policy, seen from the browser: what is injected into a page does nothing."""
    page = browser.new_page()
    page.goto(f"{sandbox['HP_BASE_URL']}{BASE}")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = true\">')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
    page.close()
