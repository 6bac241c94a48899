"""Answers as HTTP responses; whatever goes wrong is a page, too."""

import secrets
from typing import Any

from litestar import Request, Response
from litestar.enums import MediaType

from healthpartner.core.errors import HealthPartnerError
from healthpartner.web.console import forgery
from healthpartner.web.console.answers import Answer, Json, Onward, Page
from healthpartner.web.console.rendering import HEADERS, render
from healthpartner.web.console.visit import Visit
from healthpartner.web.error_responses import log, translated

SIGN_IN = "/console/sign-in"
SERVER_ERROR = 500


def show(visit: Visit, answer: Answer) -> Response[bytes]:
    if isinstance(answer, Onward):
        response = respond(b"", 303)
        response.headers["location"] = answer.location
    elif isinstance(answer, Json):
        response = respond(answer.text.encode(), 200, MediaType.JSON)
    else:
        response = _page(visit, answer)
    for cookie in answer.cookies:
        response.set_cookie(cookie)
    return response


def _page(visit: Visit, page: Page) -> Response[bytes]:
    begun = visit.secret is None
    if begun:
        visit.visit_token = secrets.token_urlsafe(32)
    response = respond(render(page.template, {**_everywhere(visit), **page.shown}), page.status)
    if begun:
        response.set_cookie(visit.cookies.set(visit.cookies.visit, visit.visit_token or ""))
    failure = page.shown.get("failure")
    if isinstance(failure, HealthPartnerError) and failure.retry_after:
        response.headers["retry-after"] = str(failure.retry_after)
    return response


def _everywhere(visit: Visit) -> dict[str, Any]:
    """What every template may show."""
    return {
        "session": visit.known,
        "allows": visit.allows,
        "here": visit.request.url.path,
        "form": visit.form,
        "form_token": forgery.token_for(visit.secret or ""),
        "error": visit.error,
        "notice": visit.query("notice"),
        "now": visit.now(),
        "environment": visit.platform.settings.deployment.environment,
    }


def respond(body: bytes, status: int, media_type: str = MediaType.HTML) -> Response[bytes]:
    return Response(body, status_code=status, media_type=media_type, headers=dict(HEADERS))


def refusal(request: Request[Any, Any, Any], exception: Exception) -> Response[bytes]:
    """For what no handler foresaw: the framework's own refusals, and faults of ours."""
    error = translated(exception)
    if error.status >= SERVER_ERROR:
        log.error("request_failed", error=type(exception).__name__, code=error.code, exc_info=exception)
    return show(Visit(request), Page("error.html", {"failure": error}, status=error.status))
