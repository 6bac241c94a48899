"""What the API will announce about itself."""

from datetime import datetime
from typing import Any, ClassVar

from healthpartner.events.event import Event, Stream


class ApiDeprecationAnnounced(Event, frozen=True):
    """A version, route or field will go: announced, then deprecated, then gone at `sunset_at`."""

    type: ClassVar[str] = "api.deprecation.announced"
    stream: ClassVar[Stream] = "account"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {
        "subject": "GET /v1/users/{user_id}/labs",
        "announced_at": "2026-03-14T09:00:00Z",
        "deprecated_at": "2026-09-14T09:00:00Z",
        "sunset_at": "2027-09-14T09:00:00Z",
        "replacement": None,
        "documentation_url": "https://healthpartner.example/docs/versioning",
    }

    subject: str
    announced_at: datetime
    deprecated_at: datetime
    sunset_at: datetime
    replacement: str | None
    documentation_url: str
