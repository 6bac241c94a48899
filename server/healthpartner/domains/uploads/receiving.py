"""Takes the bytes of one upload: streamed, checked against the declared type, and stored once."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from uuid import UUID

import msgspec

from healthpartner.core.clock import Clock
from healthpartner.core.db.pool import Database
from healthpartner.core.errors import Conflict, NotFound, UnsupportedMediaType
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.uploads import rules, store
from healthpartner.domains.uploads.schemas import Slot
from healthpartner.domains.uploads.service import token_digest
from healthpartner.gateways.files.content_types import ENOUGH_BYTES, matches
from healthpartner.gateways.files.contract import FileStore, FileTooLarge, StoredFile


class AlreadyUploaded(Conflict):
    """This address has received its file."""


class Receiver:
    """Needs no caller: the token in the address says whose upload it is."""

    def __init__(self, database: Database, clock: Clock, files: FileStore) -> None:
        self._database = database
        self._clock = clock
        self._files = files

    async def receive(self, upload_id: UUID, token: str, announced: int | None, chunks: AsyncIterator[bytes]) -> int:
        """Bytes stored. `announced`: the content length, to refuse what is too large before reading it."""
        slot = await self._open(upload_id, token)
        if announced is not None and announced > slot.maximum_bytes:
            raise FileTooLarge
        await self._reserve(slot)
        key = rules.file_key(slot.org_id, slot.user_id, upload_id)
        try:
            async with aclosing(_checked(chunks, slot.content_type)) as checked:
                stored = await self._files.put(
                    key, checked, content_type=slot.content_type, maximum_bytes=slot.maximum_bytes
                )
        except BaseException:
            await self._free(slot)
            raise
        await self._note(slot, stored)
        return stored.size

    async def _open(self, upload_id: UUID, token: str) -> Slot:
        row = await store.find_slot(self._database.system, upload_id, token_digest(token))
        slot = msgspec.convert(dict(row), Slot) if row else None
        if slot is None:
            raise NotFound
        if slot.status != "pending":
            raise AlreadyUploaded
        if slot.expires_at <= self._clock.now_of(slot.org_id):
            raise NotFound
        return slot

    async def _reserve(self, slot: Slot) -> None:
        async with self._uow(slot) as uow:
            if not await store.change_status(uow, slot.upload_id, "pending", "receiving"):
                raise AlreadyUploaded
            await uow.commit()

    async def _free(self, slot: Slot) -> None:
        """What broke off or was refused may be sent again while the address lives."""
        async with self._uow(slot) as uow:
            await store.change_status(uow, slot.upload_id, "receiving", "pending")
            await uow.commit()

    async def _note(self, slot: Slot, stored: StoredFile) -> None:
        try:
            async with self._uow(slot) as uow:
                await store.mark_stored(uow, slot.upload_id, stored.size, bytes.fromhex(stored.sha256))
                await audit.record(uow, "upload.stored", "upload", str(slot.upload_id), user_id=slot.user_id)
                await uow.commit()
        except BaseException:
            # The member may have been deleted while the bytes came; nothing of theirs may stay.
            await self._files.delete(stored.key)
            raise

    def _uow(self, slot: Slot) -> UnitOfWork:
        return UnitOfWork(self._database.tenants, self._clock, slot.org_id, user_id=slot.user_id)


async def _checked(chunks: AsyncIterator[bytes], content_type: str) -> AsyncGenerator[bytes, None]:
    """The chunks as they come, once their beginning has shown that they are what was declared."""
    head = b""
    async for chunk in chunks:
        if len(head) >= ENOUGH_BYTES:
            yield chunk
            continue
        head += chunk
        if len(head) >= ENOUGH_BYTES:
            _require(content_type, head)
            yield head
    if len(head) < ENOUGH_BYTES:
        _require(content_type, head)
        yield head


def _require(content_type: str, head: bytes) -> None:
    if not matches(content_type, head):
        raise UnsupportedMediaType("The file is not what its content type says.")
