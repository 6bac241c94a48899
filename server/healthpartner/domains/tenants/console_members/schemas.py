"""Console members as partners see them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

ConsoleScope = Literal["admin", "developer", "viewer"]


class ConsoleMember(Struct, frozen=True):
    id: UUID
    email: str
    name: str | None
    scope: ConsoleScope
    created_at: datetime
