"""What an address of ours stands for."""

from datetime import datetime

from msgspec import Struct


class SealedFile(Struct, frozen=True, array_like=True):
    """`filename` is what the file is called where it is saved."""

    key: str
    filename: str
    expires_at: datetime
