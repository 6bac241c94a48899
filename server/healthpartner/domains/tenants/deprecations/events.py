"""What partners are told about the API itself."""

from datetime import datetime
from typing import Any, ClassVar

from healthpartner.core.lifecycle import Kind
from healthpartner.events.event import Event, Stream


class ApiDeprecationAnnounced(Event, frozen=True):
    """A version, route or field will go: announced, then deprecated, then gone at `sunset_at`."""

    type: ClassVar[str] = "api.deprecation.announced"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {
        "deprecation_id": "list-labs",
        "kind": "route",
        "subject": "list_labs",
        "announced_at": "2026-03-14T00:00:00Z",
        "deprecated_at": "2026-09-14T00:00:00Z",
        "maintained_until": "2027-03-14T00:00:00Z",
        "sunset_at": "2027-09-14T00:00:00Z",
        "replacement": "Use `list_lab_results`.",
        "documentation_url": "https://healthpartner.example/docs/versioning/#list-labs",
    }

    deprecation_id: str
    kind: Kind
    subject: str
    announced_at: datetime
    deprecated_at: datetime
    maintained_until: datetime
    sunset_at: datetime
    replacement: str | None
    documentation_url: str
