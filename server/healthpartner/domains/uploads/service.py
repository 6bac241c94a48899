"""Giving out addresses for files, and handing stored files to the domains that use them."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from healthpartner.core.clock import Clock
from healthpartner.core.config import Settings
from healthpartner.core.db.pool import Database
from healthpartner.core.errors import UnsupportedMediaType, invalid
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.uploads import rules, store
from healthpartner.domains.uploads.schemas import CreateUpload, Upload, UploadCreated
from healthpartner.gateways.files.content_types import matches
from healthpartner.gateways.files.contract import FileStore, FileTooLarge

LIFETIME = timedelta(minutes=15)
# An object store may have received the bytes without telling us; whoever sent them names the file soon.
LEFT_FOR = timedelta(days=1)
TOKEN_BYTES = 32


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def create(
    uow: UnitOfWork, files: FileStore, settings: Settings, base_url: str, new: CreateUpload
) -> UploadCreated:
    """An address of the object store where there is one, else our own. `base_url`: where clients reach us."""
    upload_id, token, expires_at = uow.new_id(), secrets.token_urlsafe(TOKEN_BYTES), uow.now() + LIFETIME
    most = rules.maximum_bytes(new.content_type, settings.files)
    await store.insert(uow, upload_id, (new.filename, new.content_type, most), token_digest(token), expires_at)
    await audit.record(uow, "upload.created", "upload", str(upload_id), user_id=uow.user_id)
    key = rules.file_key(uow.org_id, uow.user_id, upload_id)
    file_url = rules.content_url(base_url, upload_id)
    upload_url = await files.upload_url(key, new.content_type, most, LIFETIME)
    return UploadCreated(upload_url or f"{file_url}?token={token}", file_url, expires_at)


async def claim(uow: UnitOfWork, files: FileStore, file_url: str) -> Upload:
    """The stored file that a member names; `validation_error` when it is foreign, missing or not sent yet.

    What a client sent to an object store is checked here, at its first use: `FileTooLarge`, `UnsupportedMediaType`.
    """
    upload_id = rules.upload_id_of(file_url)
    row = await store.select_usable(uow, upload_id) if upload_id else None
    if upload_id is None or row is None:
        raise _unknown()
    key = rules.file_key(uow.org_id, row["user_id"], upload_id)
    size = row["size"]
    if row["status"] == "pending":
        size = await _checked_size(files, key, row["content_type"], row["maximum_bytes"])
        await store.mark_stored(uow, upload_id, size, None)
    return Upload(upload_id, key, row["filename"], row["content_type"], size)


async def consume(uow: UnitOfWork, upload_id: UUID) -> None:
    """The file has served; delete it from the store after the commit (`sweep` does where that fails)."""
    await store.change_status(uow, upload_id, "stored", "consumed")


async def sweep(database: Database, files: FileStore, clock: Clock) -> int:
    """Removes consumed uploads and addresses that expired unused; answers how many."""
    leftovers = await store.select_leftovers(database.system, clock.now() - LEFT_FOR)
    for row in leftovers:
        await files.delete(rules.file_key(row["org_id"], row["user_id"], row["upload_id"]))
        await store.delete(database.system, row["org_id"], row["upload_id"])
    return len(leftovers)


async def _checked_size(files: FileStore, key: str, content_type: str, maximum_bytes: int) -> int:
    if not await files.exists(key):
        raise _unknown()
    size = await files.size(key)
    if size > maximum_bytes:
        raise FileTooLarge
    blocks = files.open(key)
    first_bytes = await anext(blocks, b"")
    await blocks.aclose()  # type: ignore[attr-defined]
    if not matches(content_type, first_bytes):
        raise UnsupportedMediaType("The file is not what its content type says.")
    return size


def _unknown() -> Exception:
    return invalid("file_url", "invalid_value", "not a file of this member that was uploaded")
