"""Identifiers: UUIDv7 (RFC 9562), so that keys are made anywhere and still sort by time."""

import os
from datetime import datetime
from uuid import UUID


def uuid7(at: datetime) -> UUID:
    milliseconds = int(at.timestamp() * 1000)
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
