"""Zip archives that people send: opened without extracting anything, and refused when they are not safe."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from healthpartner.providers.contract import ImportRefused, Limits

BLOCK_BYTES = 1024**2

_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG = 0x1
# What zipfile and zlib raise on damaged input, by experiment: they check little before they use it.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class StreamBroken(Exception):
    """The bytes end or go wrong inside a file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ByteStream:
    """A plain file, or a member of an archive, whose `compressed_bytes` are known."""

    file: IO[bytes]
    total_bytes: int
    compressed_bytes: int | None
    limits: Limits

    def blocks(self) -> Iterator[bytes]:
        """Blocks of up to 1 MiB. Raises StreamBroken on damage and ImportRefused on a bomb."""
        taken = 0
        while block := self._read():
            taken += len(block)
            self._refuse_bomb(taken)
            yield block

    def content(self, most_bytes: int) -> bytes:
        """All of it. Raises as `blocks`, and StreamBroken for more than that."""
        content = bytearray()
        for block in self.blocks():
            content += block
            if len(content) > most_bytes:
                raise StreamBroken("file_too_large")
        return bytes(content)

    def _read(self) -> bytes:
        if self.compressed_bytes is None:
            return self.file.read(BLOCK_BYTES)
        try:
            return self.file.read(BLOCK_BYTES)
        except _DAMAGE as damage:
            raise StreamBroken("archive_truncated") from damage

    def _refuse_bomb(self, taken: int) -> None:
        if taken > self.limits.max_bytes:
            raise ImportRefused("archive_bomb", "The file is larger than what is accepted.")
        if self.compressed_bytes is None or taken <= self.limits.ratio_applies_after_bytes:
            return
        if taken > self.compressed_bytes * self.limits.max_ratio:
            raise ImportRefused("archive_bomb", "The archive expands far more than an export does.")


class Archive:
    """An open archive whose names are safe."""

    def __init__(self, zip_file: zipfile.ZipFile, size: int, limits: Limits) -> None:
        self.members = zip_file.infolist()
        self._zip = zip_file
        self._size = size
        self._limits = limits
        if len(self.members) > limits.max_members:
            raise ImportRefused("too_many_members", "The archive holds too many files.")
        if any(map(_is_unsafe, self.members)):
            raise ImportRefused("unsafe_path", "The archive holds a file name that points outside of it.")

    @contextmanager
    def stream(self, member: zipfile.ZipInfo) -> Iterator[ByteStream]:
        """Raises ImportRefused for a member that cannot be opened."""
        if member.flag_bits & _ENCRYPTED_FLAG:
            raise ImportRefused("archive_encrypted", "The archive is protected by a password.")
        if member.compress_type not in _READABLE:
            raise ImportRefused("unsupported_compression", "The archive uses a compression that is not supported.")
        try:
            file = self._zip.open(member)
        except _DAMAGE as damage:
            raise ImportRefused("archive_truncated", "The zip archive is incomplete or damaged.") from damage
        with file:
            yield ByteStream(file, member.file_size, min(member.compress_size, self._size), self._limits)


class _BoundedFile(io.BufferedReader):
    """Keeps zipfile from loading a huge central directory: it is the only thing read in one large piece."""

    def __init__(self, file: io.FileIO, largest_read: int) -> None:
        super().__init__(file)
        self._largest_read = largest_read

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._largest_read:
            raise ImportRefused("too_many_members", "The archive holds too many files.")
        return super().read(size)


def is_zip(beginning: bytes) -> bool:
    return beginning.startswith(b"PK")


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[Archive]:
    """Raises ImportRefused when the file is no archive, or not a safe one."""
    with ExitStack() as stack:
        file = stack.enter_context(_BoundedFile(io.FileIO(path), limits.max_directory_bytes))
        if not is_zip(file.peek(2)):
            raise ImportRefused("not_an_archive", "The file is not a zip archive.")
        try:
            zip_file = stack.enter_context(zipfile.ZipFile(file))
        except _DAMAGE as damage:
            raise ImportRefused("archive_truncated", "The zip archive is incomplete or damaged.") from damage
        yield Archive(zip_file, path.stat().st_size, limits)


@contextmanager
def open_plain(path: Path, limits: Limits) -> Iterator[ByteStream]:
    with path.open("rb") as file:
        yield ByteStream(file, path.stat().st_size, None, limits)


def _is_unsafe(member: zipfile.ZipInfo) -> bool:
    for name in (member.filename, member.orig_filename):
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or "\0" in name or name[1:2] == ":":
            return True
    return False
