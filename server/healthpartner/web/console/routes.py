"""The console's table of contents."""

from litestar.handlers import HTTPRouteHandler

from healthpartner.web.console import door
from healthpartner.web.console.pages import (  # noqa: F401 - importing a page declares it
    account,
    audit_log,
    events,
    files,
    invites,
    keys,
    members,
    organization,
    overview,
    queues,
    sign_in,
    signing_secret,
    team,
    usage,
)

ROUTES: list[HTTPRouteHandler] = [*door.ROUTES, files.console_file]
