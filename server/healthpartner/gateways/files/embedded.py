"""The store on our own disk: every file sealed, so that a stolen disk tells nothing but sizes and ids."""

import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from healthpartner.core.encryption import Keyring
from healthpartner.gateways.files.contract import FileMissing, StoredFile, check_key
from healthpartner.gateways.files.drafts import Draft, make_folders, sweep, sync_folder, temporary_draft
from healthpartner.gateways.files.sealed_file import FRAME_BYTES, SealedReader, SealedWriter
from healthpartner.gateways.files.streams import gathered
from healthpartner.gateways.files.threads import in_thread

_BLOCK_FRAMES = 16
_BLOCK_BYTES = _BLOCK_FRAMES * FRAME_BYTES
# 32 MiB: few steps, each soon over.
_COPIED_FRAMES = 512
# Not a character of keys: a file `a` and a folder `a` can stand side by side.
_SUFFIX = "~sealed"


class EmbeddedFileStore:
    """Files below a root folder of mode 0700; several processes may use the same root."""

    def __init__(self, root: Path, keyring: Keyring) -> None:
        """Prepare the folders and sweep what a crash left in them; blocks briefly."""
        self._root = root
        self._keyring = keyring
        self._drafts = root / ".drafts"
        self._copies = root / ".copies"
        self._bin = root / ".bin"
        for folder in (root, self._drafts, self._copies, self._bin):
            make_folders(folder)
            folder.chmod(0o700)
        for doomed in self._bin.iterdir():
            shutil.rmtree(doomed, ignore_errors=True)
        self.swept = sweep(self._drafts) + sweep(self._copies)

    async def put(
        self,
        key: str,
        chunks: AsyncIterator[bytes],
        *,
        content_type: str,  # noqa: ARG002 - part of the contract; only a store that serves downloads keeps it
        maximum_bytes: int,
    ) -> StoredFile:
        target = self._path(key)
        draft = await in_thread(Draft.create, self._drafts)
        try:
            writer = await in_thread(SealedWriter, draft, self._keyring, key)
            size = 0
            async with aclosing(gathered(chunks, _BLOCK_BYTES, maximum_bytes)) as blocks:
                async for block in blocks:
                    await in_thread(writer.write, block)
                    size += len(block)
            sha256 = await in_thread(writer.finish)
            await in_thread(draft.publish, target)
        finally:
            await in_thread(draft.discard)
        return StoredFile(key, size, sha256)

    async def open(self, key: str) -> AsyncGenerator[bytes, None]:
        reader = await self._reader(key)
        try:
            while block := await in_thread(reader.read, _BLOCK_FRAMES):
                yield block
        finally:
            await in_thread(reader.close)

    def local_copy(self, key: str) -> AbstractAsyncContextManager[Path]:
        return self._local_copy(key)

    @asynccontextmanager
    async def _local_copy(self, key: str) -> AsyncIterator[Path]:
        async with temporary_draft(self._copies) as draft:
            reader = await self._reader(key)
            try:
                while await in_thread(_copy_some, reader, draft):
                    pass
            finally:
                await in_thread(reader.close)
            await in_thread(draft.flush)
            yield draft.path

    async def delete(self, key: str) -> None:
        await in_thread(self._path(key).unlink, missing_ok=True)

    async def delete_prefix(self, prefix: str) -> int:
        check_key(prefix)
        return await in_thread(_remove_folder, self._root / prefix, self._bin)

    async def exists(self, key: str) -> bool:
        return await in_thread(self._path(key).is_file)

    async def size(self, key: str) -> int:
        reader = await self._reader(key)
        await in_thread(reader.close)
        return reader.content_bytes

    async def upload_url(self, key: str, content_type: str, maximum_bytes: int, expires: timedelta) -> None:  # noqa: ARG002
        check_key(key)

    async def download_url(self, key: str, expires: timedelta) -> None:  # noqa: ARG002
        check_key(key)

    def _path(self, key: str) -> Path:
        check_key(key)
        return self._root / (key + _SUFFIX)

    async def _reader(self, key: str) -> SealedReader:
        path = self._path(key)
        try:
            return await in_thread(SealedReader.open, path, self._keyring, key)
        except FileNotFoundError:
            raise FileMissing from None


def _copy_some(reader: SealedReader, draft: Draft) -> bool:
    """Frame by frame, for larger pieces would stay with each thread that had one; whether there may be more."""
    for _ in range(_COPIED_FRAMES):
        frame = reader.read(1)
        if not frame:
            return False
        draft.write(frame)
    return True


def _remove_folder(folder: Path, bin_folder: Path) -> int:
    """Move the folder away in one step, so that a file stored meanwhile starts a new one, then count and remove."""
    doomed = bin_folder / os.urandom(16).hex()
    try:
        folder.replace(doomed)
    except FileNotFoundError:
        return 0
    sync_folder(folder.parent)
    count = sum(1 for _ in doomed.rglob("*" + _SUFFIX))
    shutil.rmtree(doomed)
    return count
