"""Literal routes that the OpenAPI document shows as one, with the literal part as a parameter of a closed set.
All of them take and answer the same.

The framework wants an operation id of its own for each route: `get_thing` for one, `get_thing:literal` for the others.
"""

from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

PARAMETER = "metric"


def as_one(paths: dict[str, Any], app: Litestar) -> None:
    """Changes the document's paths in place."""
    for path, (shown, literal) in _shown(app).items():
        for method, operation in paths.pop(path).items():
            first = paths.setdefault(shown, {}).setdefault(method, operation)
            if first is operation:
                operation["operationId"] = operation["operationId"].partition(":")[0]
                operation["parameters"].append(_parameter())
            _literals(first).append(literal)


def _shown(app: Litestar) -> dict[str, tuple[str, str]]:
    return {
        route.path_format: handler.opt["shown_as"]
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and handler.opt.get("shown_as")
    }


def _parameter() -> dict[str, Any]:
    return {"name": PARAMETER, "in": "path", "required": True, "schema": {"type": "string", "enum": []}}


def _literals(operation: dict[str, Any]) -> list[str]:
    found: list[str] = next(each for each in operation["parameters"] if each["name"] == PARAMETER)["schema"]["enum"]
    return found
