"""The API's table of contents: one line per group of operations."""

from litestar.handlers import HTTPRouteHandler

from healthpartner.domains.auth import routes as auth
from healthpartner.domains.health_profile import routes as health_profile
from healthpartner.domains.tenants.keys import routes as tenant_keys
from healthpartner.domains.users import routes as users

ROUTES: list[HTTPRouteHandler] = [
    *auth.ROUTES,
    *users.ROUTES,
    *health_profile.ROUTES,
    *tenant_keys.ROUTES,
]
