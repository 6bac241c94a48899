"""Unfinished and temporary files: locked while somebody works on them, so that leftovers can be told and swept."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from healthpartner.gateways.files.threads import in_thread


class Draft:
    """A new file, for its owner only, with a name of its own and a lock that ends with this process at the latest."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._file = os.fdopen(descriptor, "wb")

    @classmethod
    def create(cls, folder: Path) -> Self:
        while True:
            path = folder / os.urandom(16).hex()
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # A sweep may have come between the two lines above and taken the file for a leftover.
            if os.fstat(descriptor).st_nlink:
                return cls(path, descriptor)
            os.close(descriptor)

    def write(self, block: bytes) -> None:
        self._file.write(block)

    def flush(self) -> None:
        self._file.flush()

    def publish(self, target: Path) -> None:
        """Give the durable content its final name, all at once."""
        self._file.flush()
        os.fsync(self._descriptor)
        make_folders(target.parent)
        try:
            self.path.replace(target)
        except FileNotFoundError:
            # The folder was deleted together with its member's files at this very moment; ours is newer.
            make_folders(target.parent)
            self.path.replace(target)
        sync_folder(target.parent)
        self._file.close()

    def discard(self) -> None:
        """Remove the draft; once published, this does nothing."""
        if not self._file.closed:
            self.path.unlink(missing_ok=True)
            self._file.close()


def sweep(folder: Path) -> int:
    """Remove the drafts that nobody holds a lock on, and tell how many there were."""
    return sum(_removed(path) for path in list(folder.iterdir()))


def make_folders(folder: Path) -> None:
    """Make the folder and its missing parents, for the owner only and durably."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@asynccontextmanager
async def temporary_draft(folder: Path) -> AsyncIterator[Draft]:
    """A draft in the folder that is never published."""
    draft = await in_thread(Draft.create, folder)
    try:
        yield draft
    finally:
        await in_thread(draft.discard)


@asynccontextmanager
async def temporary_copy(blocks: AsyncIterator[bytes], folder: Path) -> AsyncIterator[Path]:
    """Stream into a draft in the folder and lend its path."""
    async with temporary_draft(folder) as draft:
        async for block in blocks:
            await in_thread(draft.write, block)
        await in_thread(draft.flush)
        yield draft.path


def _removed(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)
