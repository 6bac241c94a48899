"""The OpenAPI 3.1 document: what the framework derives from the handlers, and what every operation has in common."""

import re
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Contact, License

from healthpartner.core import lifecycle
from healthpartner.core.errors import (
    AmbiguousCredentials,
    Forbidden,
    HealthPartnerError,
    InternalError,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
    UnsupportedMediaType,
    ValidationFailed,
)
from healthpartner.core.http.documented import describe, describe_undecoded
from healthpartner.core.http.shown_routes import as_one
from healthpartner.domains.tenants.queues import schemas as queues
from healthpartner.web.answers import FILE_TYPE, ErrorEnvelope
from healthpartner.web.idempotency import IdempotencyKeyInUse, IdempotencyKeyReused

VERSION = "1.0.0"

SECURITY_SCHEMES = {
    "tenant_key": {
        "type": "apiKey",
        "in": "header",
        "name": "taih-tenant-key",
        "description": "Server-side tenant API key. Never for browsers or apps.",
    },
    "member_token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Short-lived member token from `POST /v1/auth/token`.",
    },
}
SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "tenant": [{"tenant_key": []}],
    "member": [{"member_token": []}],
    "tenant_or_member": [{"tenant_key": []}, {"member_token": []}],
    "none": [],
    "signed_url": [],
}


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


COMMON_HEADERS = {
    "OrgId": _header(
        "org-id", "Set by a trusted gateway, and then the credential's own; ignored otherwise.", format="uuid"
    ),
    "UserId": _header(
        "x-user-id", "Set by a trusted gateway, and then the credential's own; ignored otherwise.", format="uuid"
    ),
    "RequestId": _header("x-request-id", "Echoed, and the `request_id` of an error.", maxLength=128),
    "TraceParent": _header("traceparent", "W3C trace context."),
    "IdempotencyKey": _header(
        "Idempotency-Key", "The first answer is kept for 24 h and replayed.", minLength=1, maxLength=255
    ),
}

INGEST_HEADERS = {
    "ClientPlatform": _header(
        "x-thrive-client-platform",
        "What the data was collected with, such as `ios` or `android`. The platform's log names it beside the request; it "
        "changes no answer, and what is no such word is ignored.",
        maxLength=32,
    ),
}


def config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Health Partner API",
        version=VERSION,
        description="REST for synchronous calls, signed events into queues that the partner owns.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="Health Partner"),
        use_handler_docstrings=True,
        path=None,
        render_plugins=[],
    )


def document(app: Litestar) -> dict[str, Any]:
    """The whole document, built once at start."""
    raw: dict[str, Any] = app.openapi_schema.to_schema()
    components = raw.setdefault("components", {})
    components.setdefault("schemas", {}).update(_error_schemas())
    components["securitySchemes"] = SECURITY_SCHEMES
    components["parameters"] = COMMON_HEADERS | INGEST_HEADERS
    handlers = {h.operation_id: h for route in app.routes for h in getattr(route, "route_handlers", ())}
    as_one(raw["paths"], app)
    for item in raw["paths"].values():
        for method, operation in item.items():
            _complete(operation, method, handlers[operation["operationId"]])
    describe(raw, queues.SHAPES)
    describe_undecoded(raw, [handler.opt.get("request_model") for handler in handlers.values()])
    named = _plain_names(raw)
    lifecycle.LIFECYCLE.mark(named)
    return named


def _error_schemas() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components([ErrorEnvelope], ref_template="#/components/schemas/{name}")
    return schemas


def errors_of(handler: HTTPRouteHandler) -> list[type[HealthPartnerError]]:
    """Every error that an operation can answer, by what it takes and who may call it."""
    auth = handler.opt["auth"]
    found: list[type[HealthPartnerError]] = [InvalidRequest, AmbiguousCredentials, ValidationFailed]
    found += [MethodNotAllowed, InternalError, ServiceUnavailable]
    if auth in {"tenant", "member", "tenant_or_member"}:
        found += [Unauthorized, RateLimited]
    if auth in {"member", "tenant_or_member"}:
        found.append(Forbidden)
    if any("{" in path for path in handler.paths):
        found.append(NotFound)
    if handler.opt["idempotent"]:
        found += [IdempotencyKeyInUse, IdempotencyKeyReused]
    if handler.opt["request_model"] is not None:
        found += [PayloadTooLarge, UnsupportedMediaType]
    return [*found, *handler.opt["errors"]]


def _headers_of(operation: dict[str, Any]) -> list[str]:
    ingests = operation["operationId"].startswith("ingest_")
    return [*COMMON_HEADERS, *(INGEST_HEADERS if ingests else ())]


def _complete(operation: dict[str, Any], method: str, handler: HTTPRouteHandler) -> None:
    operation["security"] = SECURITY[handler.opt["auth"]]
    parameters = operation.setdefault("parameters", [])
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in _headers_of(operation)]
    responses = {code: body for code, body in operation["responses"].items() if code.startswith("2")}
    for body in responses.values():
        body["headers"] = {"x-request-id": {"schema": {"type": "string"}}}
    if handler.opt["cacheable"]:
        responses["304"] = {"description": "The caller's copy is current."}
    by_status: dict[int, list[str]] = {}
    for error in errors_of(handler):
        by_status.setdefault(error.status, []).append(error.code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = {
            "description": ", ".join(f"`{code}`" for code in dict.fromkeys(codes)),
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}}},
        }
    operation["responses"] = responses
    if method == "get":
        operation.pop("requestBody", None)
    if handler.opt["answers_file"]:
        responses["200"]["content"] = {FILE_TYPE: {"schema": {"type": "string", "format": "binary"}}}


GENERIC = re.compile(r"^(Data|Page)_(list_)?(?:.*\.)?(\w+?)_+$")


def _plain(found: re.Match[str]) -> str:
    return f"{found[1]}Of{'ListOf' if found[2] else ''}{found[3]}"


def _plain_names(raw: dict[str, Any]) -> dict[str, Any]:
    """`DataOfUser` and `DataOfListOfUser` instead of a generic type's name with its module path."""
    names = {name: GENERIC.sub(_plain, name) for name in raw["components"]["schemas"]}
    if len(set(names.values())) < len(names):
        raise ValueError("two schemas would have one name")
    text = msgspec.json.encode(raw).decode()
    for name, plain in names.items():
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{plain}"')
    renamed: dict[str, Any] = msgspec.json.decode(text)
    schemas = {names[name]: schema for name, schema in renamed["components"]["schemas"].items()}
    renamed["components"]["schemas"] = dict(sorted(schemas.items()))
    return renamed
