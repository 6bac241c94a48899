"""What a session is known by: within its source by the source's own id or by its bounds, to partners by a UUID made of
that. So the same session has the same id whenever it comes, also again after it was taken back.
"""

import hashlib
from typing import Protocol
from uuid import UUID

_VERSION_8 = 0x8 << 76
_VARIANT = 0x2 << 62
_FREE = ~(0xF << 76 | 0x3 << 62) & (1 << 128) - 1


class HasBounds(Protocol):
    @property
    def start_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...
    @property
    def external_id(self) -> str | None: ...


def identity_of(session: HasBounds) -> str:
    if session.external_id is not None:
        return f"id:{session.external_id}"
    return f"at:{session.start_ms}/{session.end_ms}"


def external_id_of(identity: str) -> str | None:
    return identity.removeprefix("id:") if identity.startswith("id:") else None


def session_id(kind: str, source_id: int, identity: str) -> UUID:
    """A UUIDv8 (RFC 9562). A source belongs to one member, so the id is unique over all members."""
    digest = hashlib.blake2b(f"{kind} {source_id} {identity}".encode(), digest_size=16).digest()
    return UUID(int=int.from_bytes(digest) & _FREE | _VERSION_8 | _VARIANT)
