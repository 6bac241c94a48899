"""A stream with its destination and health, as partners see it, and what the service needs from the deployment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct
from msgspec.structs import FieldInfo, fields

from healthpartner.core.encryption import Keyring
from healthpartner.destinations.contract import DestinationContext, Kind
from healthpartner.destinations.registry import KINDS

# What a destination can be made to fail with in a sandbox.
Fault = Literal["timeout", "connection", "refused", "throttled", "server"]


@dataclass(frozen=True)
class QueueContext:
    """The keys that protect destination settings, and what destinations are opened with."""

    keyring: Keyring
    destinations: DestinationContext
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)


class DeliveryHealth(Struct, frozen=True, kw_only=True):
    """`pending`: events that wait, for their next attempt or for a destination; `failed`: given up, redeliverable.
    `state` is null without a destination; `failing`: it has taken nothing for five minutes, and is probed each minute.
    `failures`: in a row.
    """

    pending: int
    failed: int
    oldest_pending_seconds: int | None
    last_success_at: datetime | None
    state: Literal["active", "failing", "paused"] | None = None
    failures: int = 0
    failing_since: datetime | None = None
    paused_at: datetime | None = None


class Queue(Struct, frozen=True, kw_only=True):
    """`type`, `settings` and the instants are None while the stream has no destination."""

    queue_name: str
    type: str | None
    settings: dict[str, Any] | None
    created_at: datetime | None
    updated_at: datetime | None
    delivery: DeliveryHealth

    def body(self) -> dict[str, Any]:
        """The response: the settings stand under the name of their type."""
        block = {} if self.type is None else {self.type: self.settings}
        return {
            "queue_name": self.queue_name,
            "type": self.type,
            **block,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "delivery": self.delivery,
        }


class Lag(Struct, frozen=True):
    """How long events of an hour took from the change to the delivery; `waiting` are not delivered yet."""

    hour: datetime
    delivered: int
    waiting: int
    median_seconds: float | None
    longest_seconds: float | None


class TestPublish(Struct, frozen=True, kw_only=True):
    """A test event that the destination took; `thin`: it was sent as a link."""

    event_id: str
    provider_message_id: str | None
    latency_ms: int


# For the OpenAPI document, built at run time from the kinds that there are. These only describe: a request is read kind
# by kind in `settings.py`.
TYPE: Any = Literal[tuple(KINDS)]
INSTANT: Any = Annotated[datetime, Meta(tz=True)]

# What `public_view` adds to what the partner sent.
_ADDED: dict[str, list[Any]] = {"aws_sqs": [("publishing_principal_arn", str)]}


def _shown(kind: Kind) -> Any:
    """The settings of a kind as partners see them again."""
    visible = [_as_given(field) for field in fields(kind.Settings) if field.name not in kind.write_only]
    name = f"Shown{kind.Settings.__name__}"
    return defstruct(
        name, visible + _ADDED.get(kind.type, []), kw_only=True, namespace={"__doc__": kind.manifest.description}
    )


def _as_given(field: FieldInfo) -> Any:
    """A field with its type, and with its default where it has one."""
    return (field.name, field.type) if field.required else (field.name, field.type, field.default)


def _blocks(shapes: Iterable[tuple[str, Any]]) -> list[Any]:
    return [(name, shape | UnsetType, UNSET) for name, shape in shapes]


QueueRegistration: Any = defstruct(
    "QueueRegistration",
    [("type", TYPE | UnsetType, UNSET), *_blocks((name, kind.Settings) for name, kind in KINDS.items())],
    namespace={
        "__doc__": "`type` is needed, and the settings of that type under its name. Settings of other types are ignored."
    },
)
QueueShown: Any = defstruct(
    "Queue",
    [
        ("queue_name", str),
        ("type", TYPE | None),
        ("created_at", INSTANT | None),
        ("updated_at", INSTANT | None),
        ("delivery", DeliveryHealth),
        *_blocks((name, _shown(kind)) for name, kind in KINDS.items()),
    ],
    namespace={
        "__doc__": "A stream, and the settings of its destination under the name of their type, less credentials."
    },
)

# What each operation takes, and what it answers under `data`.
SHAPES: dict[str, tuple[Any, Any]] = {
    "list_queues": (None, list[QueueShown]),
    "get_queue": (None, QueueShown),
    "register_queue": (QueueRegistration, QueueShown),
    "replace_queue": (QueueRegistration, QueueShown),
    "pause_queue": (None, QueueShown),
    "resume_queue": (None, QueueShown),
}
