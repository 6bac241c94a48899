"""Who is calling, decided before anything else of the request is looked at."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.enums import HttpMethod
from litestar.exceptions import MethodNotAllowedException

from healthpartner.core import lifecycle
from healthpartner.core.access import MEMBER_READ, MEMBER_WRITE, Caller, MemberCaller
from healthpartner.core.errors import AmbiguousCredentials, Forbidden, Unauthorized
from healthpartner.domains.tenants.keys import service as tenant_keys
from healthpartner.web.edge import Edge
from healthpartner.web.gateway import check_gateway
from healthpartner.web.rate_limits import RateLimiter

TENANT_HEADER = b"taih-tenant-key"
SCHEME = "bearer "


async def authenticate(request: Request[Any, Any, Any]) -> None:
    """Before every request: finds the caller, checks that this kind may call here, and takes from its rate limit."""
    handler = request.route_handler
    if request.method == HttpMethod.OPTIONS:
        # The framework would answer this one by itself, and with a part of the methods only.
        raise MethodNotAllowedException
    needed = handler.opt.get("auth")
    if needed is None:
        return
    edge: Edge = request.scope["state"]["edge"]
    edge.route = str(getattr(handler, "operation_id", None) or "")
    edge.deprecation_headers = lifecycle.LIFECYCLE.headers_of(edge.route)
    key = edge.header(TENANT_HEADER)
    bearer = edge.header(b"authorization")
    if key is not None and bearer is not None:
        raise AmbiguousCredentials
    if needed in {"none", "signed_url"}:
        return
    edge.caller = await _caller(edge, needed, key, bearer)
    check_gateway(edge, edge.caller)
    limiter: RateLimiter = request.app.state.rate_limiter
    await limiter.take(edge)
    if isinstance(edge.caller, MemberCaller):
        _check_member(edge.caller, request.path_params.get("user_id"), writes=handler.opt["needs_write"])


async def _caller(edge: Edge, needed: str, key: str | None, bearer: str | None) -> Caller:
    platform = edge.platform
    if key is not None and needed != "member":
        return await tenant_keys.authenticate(
            platform.database.system, platform.clock, key, platform.settings.deployment.key_prefix
        )
    if bearer is not None and needed != "tenant" and bearer[: len(SCHEME)].lower() == SCHEME:
        return await platform.tokens.verify(bearer[len(SCHEME) :].strip())
    raise Unauthorized


def _check_member(caller: MemberCaller, path_user_id: UUID | None, *, writes: bool) -> None:
    """A token opens its own member's paths only, whether or not the other member exists."""
    if path_user_id is not None and path_user_id != caller.user_id:
        raise Forbidden
    if (MEMBER_WRITE if writes else MEMBER_READ) not in caller.scopes:
        raise Forbidden("The token's scope does not allow this.")
