"""What an address of ours stands for."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class SealedFile(Struct, frozen=True, array_like=True):
    """`filename` is what the file is called where it is saved."""

    org_id: UUID
    key: str
    filename: str
    expires_at: datetime
