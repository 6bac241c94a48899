"""The operation that lists what can arrive in a partner's queues: the committed schemas and examples, word for word."""

from typing import Any

from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.portal import sources


class EventType(Struct, frozen=True, kw_only=True):
    """`available`: whether it is sent yet; `schema` (JSON Schema 2020-12) and `example` are of the envelope's `body`."""

    event_type: str
    stream: str
    description: str
    available: bool
    schema: dict[str, Any]
    example: dict[str, Any]


@endpoint(
    "GET /v1/event-types",
    "list_event_types",
    group="Event stream",
    auth="tenant",
    summary="Catalogue with JSON Schemas and examples",
    cacheable=True,
)
async def list_event_types() -> Data[list[EventType]]:
    """Every type, by name. Inside v1 a schema only grows: receivers pass over fields and types that they do not know."""
    return Data(
        [
            EventType(
                event_type=schema["title"],
                stream=schema["x-queue"],
                description=schema["description"],
                available=schema["x-available"],
                schema=schema,
                example=example,
            )
            for schema, example in sources.events()
        ]
    )


ROUTES: list[HTTPRouteHandler] = [list_event_types]
