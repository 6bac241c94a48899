"""Declares one HTTP operation.

A handler's signature names what it needs: `data` (the decoded body), query parameters, the path parameters
it uses (a `user_id` is compared with the token at the edge), and, by name, what the edge holds for the request (`INJECTED`). The edge opens the unit of work,
calls the handler, encodes the answer and commits: a handler never does.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any, Literal
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from litestar.types import Empty

from healthpartner.core.errors import HealthPartnerError
from healthpartner.core.http.envelopes import File

INJECTED = frozenset(
    {"uow", "caller", "keyring", "files", "settings", "tokens", "destinations", "database", "clock", "request"}
)

PATH_PARAMETER = re.compile(r"{(\w+):(?:uuid|str)}")

# What the application provides from several query parameters.
PROVIDED = frozenset({"page"})

# Generic aliases, applied at run time to the handlers' own annotations.
BODY: Any = JSONBody
DEPENDENCY: Any = NamedDependency
IN_PATH: Any = FromPath

Auth = Literal["tenant", "member", "tenant_or_member", "none", "signed_url"]
Handler = Callable[..., Awaitable[Any]]


def endpoint(
    route: str,
    operation_id: str,
    *,
    group: str,
    auth: Auth,
    success: int = 200,
    summary: str,
    errors: tuple[type[HealthPartnerError], ...] = (),
    writes: bool | None = None,
    cacheable: bool = False,
    idempotent: bool = True,
    body_limit: int | None = None,
    shown_as: tuple[str, str] | None = None,
) -> Callable[[Handler], HTTPRouteHandler]:
    """`route` is "METHOD /path".

    `writes`: whether a member token needs `member:write` (default: everything but GET).
    `cacheable`: answer with an `ETag`, and 304 to an `If-None-Match` that names it.
    `idempotent`: honour `Idempotency-Key` (every method but GET); off for streams.
    `body_limit`: bytes, where it differs from the deployment's; 0 for a streamed body, which the handler limits.
    `shown_as`: (path, metric) for one of several literal routes that the OpenAPI document shows as one, with the literal
    part as its parameter `metric`.
    """
    method, path = route.split(" ", 1)

    def declare(handler: Handler) -> HTTPRouteHandler:
        return HTTPRouteHandler(
            path,
            http_method=method,  # type: ignore[arg-type]
            operation_id=operation_id,
            tags=[group],
            summary=summary,
            description=inspect.getdoc(handler),
            status_code=success,
            auth=auth,
            errors=errors,
            needs_write=method != "GET" if writes is None else writes,
            request_model=handler.__annotations__.get("data"),
            answers_file=_answers_file(handler),
            cacheable=cacheable,
            shown_as=shown_as,
            idempotent=idempotent and method != "GET",
            request_max_body_size=Empty if body_limit is None else body_limit or None,
        )(_through_the_edge(handler, path, success))

    return declare


def _through_the_edge(handler: Handler, path: str, success: int) -> Handler:
    signature = inspect.signature(handler)
    shown_return = bytes if _answers_file(handler) else signature.return_annotation
    injected = [name for name in signature.parameters if name in INJECTED]
    unused = [name for name in PATH_PARAMETER.findall(path) if name not in signature.parameters]

    async def handle(request: Request[Any, Any, Any], **arguments: Any) -> Any:
        for name in unused:
            del arguments[name]
        return await request.scope["state"]["edge"].answer(request, handler, arguments, injected, success)

    shown = [_declared(p, path) for name, p in signature.parameters.items() if name not in INJECTED]
    shown += [_declared(_keyword(name, UUID), path) for name in unused]
    handle.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[_keyword("request", Request), *shown], return_annotation=shown_return
    )
    handle.__annotations__ = {
        "request": Request,
        "return": shown_return,
        **{p.name: p.annotation for p in shown},
    }
    handle.__name__ = handler.__name__
    handle.__doc__ = handler.__doc__
    handle.__module__ = handler.__module__
    return handle


def _answers_file(handler: Handler) -> bool:
    return handler.__annotations__.get("return") is File


def _keyword(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)


def _declared(parameter: inspect.Parameter, path: str) -> inspect.Parameter:
    """As the framework wants it: by keyword, and marked with where it comes from."""
    keyword = parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    if parameter.name == "data":
        return keyword.replace(annotation=BODY[parameter.annotation])
    if parameter.name in PROVIDED:
        return keyword.replace(annotation=DEPENDENCY[parameter.annotation])
    if parameter.name in PATH_PARAMETER.findall(path):
        return keyword.replace(annotation=IN_PATH[parameter.annotation])
    return keyword
