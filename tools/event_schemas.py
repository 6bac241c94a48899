"""The JSON Schema and the example of every event, as a receiver finds it in the body of the envelope."""

from pathlib import Path
from typing import Any

import msgspec

from healthpartner.events.event import Event
from tools.generated import as_json
from tools.source_modules import subclasses

FOLDER = Path("contracts/events")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXAMPLE_ID = "01935b2e-7c00-7000-8000-000000000001"
EXAMPLE_ORG = "01935b2e-7c00-7000-8000-0000000000aa"
EXAMPLE_USER = "01935b2e-7c00-7000-8000-0000000000bb"

TRUNCATED = {
    "description": "In place of data that the destination has no room for: fetch it from `resource`.",
    "type": "object",
    "properties": {"truncated": {"const": True}, "resource": {"type": "string", "format": "uri-reference"}},
    "required": ["truncated", "resource"],
    "additionalProperties": False,
}


def files() -> dict[Path, str]:
    """Schema and example of every event, by path; needs all modules imported."""
    made: dict[Path, str] = {}
    for event in sorted(declared(), key=lambda each: each.type):
        made[FOLDER / f"{event.type}.v1.schema.json"] = as_json(schema(event))
        made[FOLDER / f"{event.type}.v1.example.json"] = as_json(example(event))
    return made


def declared() -> list[type[Event]]:
    events = [event for event in subclasses(Event) if hasattr(event, "type")]
    types = [event.type for event in events]
    twice = sorted({each for each in types if types.count(each) > 1})
    if twice:
        raise ValueError(f"declared twice: {', '.join(twice)}")
    return events


def schema(event: type[Event]) -> dict[str, Any]:
    """The body of the envelope, with the event's own `data`."""
    _, components = msgspec.json.schema_components([event], ref_template="#/$defs/{name}")
    return {
        "$schema": DIALECT,
        "title": event.type,
        "description": " ".join((event.__doc__ or "").split()),
        "x-queue": event.stream,
        "x-available": event.available,
        "type": "object",
        "properties": {
            "event_id": {"type": "string", "format": "uuid", "description": "The same on every attempt."},
            "event_type": {"const": event.type},
            "occurred_at": {"type": "string", "format": "date-time"},
            "org_id": {"type": "string", "format": "uuid"},
            "user_id": {"type": "string", "format": "uuid", "description": "Left out when it is about no member."},
            "data": {"anyOf": [{"$ref": f"#/$defs/{event.__name__}"}, {"$ref": "#/$defs/Truncated"}]},
        },
        "required": ["event_id", "event_type", "occurred_at", "org_id", "data"],
        "$defs": {**components, "Truncated": TRUNCATED},
    }


def example(event: type[Event]) -> dict[str, Any]:
    """A whole body; the event's own example must be what the event would send."""
    sent = msgspec.convert(event.example, event).data()
    if sent != event.example:
        raise ValueError(f"{event.type}: the example differs from what would be sent: {sent}")
    about_member = {} if event.stream == "account" else {"user_id": EXAMPLE_USER}
    return {
        "event_id": EXAMPLE_ID,
        "event_type": event.type,
        "occurred_at": "2026-03-14T09:00:00.000Z",
        "org_id": EXAMPLE_ORG,
        **about_member,
        "data": event.example,
    }
