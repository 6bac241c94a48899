"""Declares the console's pages, and stands in front of each: who is it, may they, does the form come from us.

A handler gets the visit and answers; the door opens and ends the unit of work. When a change is refused for what the form
says, its own page is shown again with the reason and with what was typed.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from healthpartner.core.errors import Forbidden, HealthPartnerError, Unauthorized
from healthpartner.domains.console.permissions import service as permissions
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.web.console.answers import Answer, Onward, Page
from healthpartner.web.console.responses import SIGN_IN, refusal, show
from healthpartner.web.console.visit import Visit

Handler = Callable[[Visit], Awaitable[Answer]]
SERVER_ERROR = 500

log = structlog.get_logger(__name__)


def page(path: str, action: Action) -> Callable[[Handler], Handler]:
    """A page for those who are signed in and whose scope allows the action."""
    return _declared("GET", path, action, None)


def change(path: str, action: Action, *, again: Handler | None = None) -> Callable[[Handler], Handler]:
    """A form's target; `again`: the page that holds the form."""
    return _declared("POST", path, action, again)


def open_page(path: str) -> Callable[[Handler], Handler]:
    """A page for whoever comes."""
    return _declared("GET", path, None, None)


def open_form(path: str, *, again: Handler | None = None) -> Callable[[Handler], Handler]:
    return _declared("POST", path, None, again)


ROUTES: list[HTTPRouteHandler] = []


def _declared(method: str, path: str, action: Action | None, again: Handler | None) -> Callable[[Handler], Handler]:
    def declare(handler: Handler) -> Handler:
        async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
            visit = Visit(request)
            visit.edge.route = f"console_{handler.__name__}"
            try:
                return show(visit, await _entered(visit, handler, action, writes=method == "POST"))
            except HealthPartnerError as error:
                return show(visit, await _refused(visit, error, action, again))
            finally:
                await visit.close(keep=False)

        route = HTTPRouteHandler(
            f"/console{path}",
            http_method=method,  # type: ignore[arg-type]
            name=f"console {method} {path}",
            include_in_schema=False,
            exception_handlers={Exception: refusal},
            console_action=action,
        )(handle)
        ROUTES.append(route)
        return handler

    return declare


async def _entered(visit: Visit, handler: Handler, action: Action | None, *, writes: bool) -> Answer:
    await visit.recognise()
    if writes:
        await visit.read_form()
    if action is not None and visit.known is None:
        raise Unauthorized
    if writes:
        visit.check_form()
    if action is not None:
        permissions.require(visit.session.scope, action)
    answer = await handler(visit)
    await visit.close(keep=True)
    return answer


async def _refused(visit: Visit, error: HealthPartnerError, action: Action | None, again: Handler | None) -> Answer:
    await visit.close(keep=False)
    if visit.known is None and action is not None and isinstance(error, Unauthorized):
        return _to_sign_in(visit)
    if isinstance(error, Forbidden) and visit.known is not None and action is not None:
        await audit.record(visit.uow, "console_action.refused", "console_action", action)
        await visit.close(keep=True)
    elif again is not None and error.status < SERVER_ERROR and not isinstance(error, Forbidden):
        visit.error = error
        return await _again(visit, again, error)
    return Page("error.html", {"failure": error}, status=error.status)


async def _again(visit: Visit, again: Handler, error: HealthPartnerError) -> Answer:
    try:
        shown = await again(visit)
    except HealthPartnerError as unshowable:
        return Page("error.html", {"failure": unshowable}, status=unshowable.status)
    finally:
        await visit.close(keep=False)
    return Page(shown.template, shown.shown, error.status, shown.cookies) if isinstance(shown, Page) else shown


def _to_sign_in(visit: Visit) -> Onward:
    """And back afterwards, when it was a page that was asked for."""
    came_for = visit.request.url.path
    if visit.request.method == "GET" and came_for != "/console":
        return Onward(f"{SIGN_IN}?next={quote(came_for)}")
    return Onward(SIGN_IN)
