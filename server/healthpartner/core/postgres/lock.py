"""One running server per data directory, enforced with a file lock that dies with its process."""

import fcntl
import os
from pathlib import Path

from healthpartner.core.postgres.errors import DataDirectoryInUse, DataDirectoryUnusable


class DirectoryLock:
    """The descriptor closes on exec, so that the servers we start do not hold the lock after us."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, or keep it; raises DataDirectoryInUse with the holder's pid."""
        if self._descriptor is not None:
            return
        descriptor = self._opened()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).strip()
            os.close(descriptor)
            pid = int(holder) if holder.isdigit() else None
            raise DataDirectoryInUse(
                f"{self._path.parent} is held by process {pid or 'unknown'}: stop that one first.", pid=pid
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _opened(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except PermissionError:
            raise DataDirectoryUnusable(
                f"{self._path} belongs to another account: start as that account, or as root."
            ) from None
