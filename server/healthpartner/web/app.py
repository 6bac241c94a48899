"""Assembles the HTTP application."""

from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import MediaType
from litestar.types import ASGIApp

from healthpartner.core.config.http import HttpSettings
from healthpartner.core.http.parameters import page_request
from healthpartner.web import openapi, operations, portal
from healthpartner.web.authentication import authenticate
from healthpartner.web.console import routes as console
from healthpartner.web.console.responses import refusal
from healthpartner.web.error_responses import respond
from healthpartner.web.platform import Platform
from healthpartner.web.rate_limits import RateLimiter
from healthpartner.web.request import TypedRequest
from healthpartner.web.router_table import ROUTES
from healthpartner.web.wire import Wire


@get("/openapi.json", include_in_schema=False)
async def openapi_document(state: State) -> Response[bytes]:
    return Response(state.openapi_json, media_type=MediaType.JSON)


def refused(request: Request[Any, Any, Any], exception: Exception) -> Response[bytes]:
    """People get a page, programs the envelope."""
    answer = refusal if request.url.path.startswith("/console/") else respond
    return answer(request, exception)


def create_litestar(http: HttpSettings) -> Litestar:
    """The routes and their OpenAPI document; what they need to serve is added by `create_app`."""
    app = Litestar(
        route_handlers=[*ROUTES, *operations.ROUTES, *portal.ROUTES, *console.ROUTES, openapi_document],
        before_request=authenticate,
        dependencies={"page": Provide(page_request, sync_to_thread=False)},
        exception_handlers={Exception: refused},
        request_class=TypedRequest,
        request_max_body_size=http.maximum_body_bytes,
        openapi_config=openapi.config(),
        logging_config=None,
        debug=False,
    )
    app.state.openapi_json = msgspec.json.format(msgspec.json.encode(openapi.document(app)), indent=2)
    return app


def create_app(platform: Platform) -> ASGIApp:
    """The ASGI application that serves the partner API."""
    http = platform.settings.http
    app = create_litestar(http)
    app.state.platform = platform
    app.state.rate_limiter = RateLimiter(
        platform.database.system, http.rate_limit_requests, http.rate_limit_window_seconds
    )
    return Wire(app, platform)
