"""What a file store does. Keys are made by the server: `{org_id}/{user_id or _org}/{upload_id}`."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from healthpartner.core.errors import NotFound, PayloadTooLarge

# No segment starts with a dot, so `.` and `..` are out, and stores may keep their own dot folders beside the files.
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){0,7}")


class StoredFile(Struct, frozen=True):
    """A complete file: `size` in bytes and the hexadecimal `sha256` of its content."""

    key: str
    size: int
    sha256: str


class FileTooLarge(PayloadTooLarge):
    """The file is too large."""


class FileMissing(NotFound):
    """There is no such file."""


class UnsafeKey(ValueError):
    """A file key has 1 to 8 segments of letters, digits, `.`, `_` and `-`, none starting with a dot."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class FileStore(Protocol):
    async def put(self, key: str, chunks: AsyncIterator[bytes], *, content_type: str, maximum_bytes: int) -> StoredFile:
        """Store a stream under the key, replacing what was there; nobody sees it before it is complete and durable.

        Raises `FileTooLarge` as soon as the stream passes `maximum_bytes`; whatever fails, nothing is left behind.
        """
        ...

    def open(self, key: str) -> AsyncIterator[bytes]:
        """The content in blocks; `FileMissing` and `DecryptionFailed` come out of the iteration."""
        ...

    def local_copy(self, key: str) -> AbstractAsyncContextManager[Path]:
        """The content as a file that only this process's user can read, gone when the context ends."""
        ...

    async def delete(self, key: str) -> None:
        """Remove the file; one that is not there is fine."""
        ...

    async def delete_prefix(self, prefix: str) -> int:
        """Remove every file below a folder such as `{org_id}/{user_id}`, and tell how many there were."""
        ...

    async def exists(self, key: str) -> bool: ...

    async def size(self, key: str) -> int:
        """Bytes of content; raises `FileMissing`."""
        ...

    async def upload_url(self, key: str, content_type: str, maximum_bytes: int, expires: timedelta) -> str | None:
        """Where the client may PUT the content itself; None when the server has to receive it."""
        ...

    async def download_url(self, key: str, expires: timedelta) -> str | None:
        """Where the client may GET the content itself; None when the server has to send it."""
        ...


def check_key(key: str) -> None:
    """Raise `UnsafeKey` unless the key can be a path below a store's root and nothing else."""
    if _KEY.fullmatch(key) is None:
        raise UnsafeKey
