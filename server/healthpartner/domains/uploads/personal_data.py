"""What uploads hold about a member: for export, and for erasure what is outside of the database."""

import re
from collections.abc import AsyncIterator, Iterable
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.uploads import rules
from healthpartner.gateways.files.contract import FileStore

_UNSAFE = re.compile(r"[^\w.-]+")


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    yield "uploads", map(dict, await _uploads(uow))


async def files(uow: UnitOfWork) -> AsyncIterator[tuple[str, str]]:
    """(name in the archive, key) of every file that is kept."""
    for row in await _uploads(uow):
        if row["status"] == "stored":
            name = _UNSAFE.sub("_", row["filename"]).strip("._") or "file"
            yield f"{row['upload_id']}-{name}", rules.file_key(uow.org_id, uow.member_id, row["upload_id"])


async def erase_files(files: FileStore, org_id: UUID, user_id: UUID) -> int:
    """Removes every file of the member and tells how many there were; the rows go with the member's own."""
    return await files.delete_prefix(rules.folder(org_id, user_id))


async def _uploads(uow: UnitOfWork) -> list[Any]:
    return await uow.fetch(
        "SELECT upload_id, filename, content_type, status, size, created_at FROM upload "
        "WHERE org_id = $1 AND user_id = $2 ORDER BY created_at",
        uow.org_id,
        uow.member_id,
    )
