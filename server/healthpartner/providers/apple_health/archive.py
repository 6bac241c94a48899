"""Finds the export inside a zip, or takes the plain XML, and streams it in blocks without extracting anything."""

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
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
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
    """The bytes end or go wrong inside the export."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ExportStream:
    """The export's XML; `compressed_bytes` is None for a plain file."""

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

    def _read(self) -> bytes:
        if self.compressed_bytes is None:
            return self.file.read(BLOCK_BYTES)
        try:
            return self.file.read(BLOCK_BYTES)
        except _DAMAGE as damage:
            raise StreamBroken("archive_truncated") from damage

    def _refuse_bomb(self, taken: int) -> None:
        if taken > self.limits.max_bytes:
            raise ImportRefused("archive_bomb", "The export is larger than what is accepted.")
        if self.compressed_bytes is None or taken <= self.limits.ratio_applies_after_bytes:
            return
        if taken > self.compressed_bytes * self.limits.max_ratio:
            raise ImportRefused("archive_bomb", "The archive expands far more than an export does.")


class _BoundedFile(io.BufferedReader):
    """Keeps zipfile from loading a huge central directory: it is the only thing read in one large piece."""

    def __init__(self, file: io.FileIO, largest_read: int) -> None:
        super().__init__(file)
        self._largest_read = largest_read

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._largest_read:
            raise ImportRefused("too_many_members", "The archive holds too many files.")
        return super().read(size)


@contextmanager
def open_export(path: Path, limits: Limits) -> Iterator[ExportStream]:
    """The export as a stream. Raises ImportRefused when there is none, or the archive is not safe."""
    with ExitStack() as stack:
        file = stack.enter_context(_BoundedFile(io.FileIO(path), limits.max_directory_bytes))
        size = path.stat().st_size
        head = file.read(64)
        file.seek(0)
        if head.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"<"):
            yield ExportStream(file, size, None, limits)
            return
        if not head.startswith(b"PK"):
            raise ImportRefused("not_an_archive", "The file is neither a zip archive nor an XML export.")
        archive = stack.enter_context(_open_zip(file))
        member = _find_export(archive, limits)
        stream = stack.enter_context(_open_member(archive, member))
        yield ExportStream(stream, member.file_size, min(member.compress_size, size), limits)


def _open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _DAMAGE as damage:
        raise ImportRefused("archive_truncated", "The zip archive is incomplete or damaged.") from damage


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(member)
    except _DAMAGE as damage:
        raise ImportRefused("archive_truncated", "The zip archive is incomplete or damaged.") from damage


def _find_export(archive: zipfile.ZipFile, limits: Limits) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) > limits.max_members:
        raise ImportRefused("too_many_members", "The archive holds too many files.")
    if any(_is_unsafe(member) for member in members):
        raise ImportRefused("unsafe_path", "The archive holds a file name that points outside of it.")
    candidates = [member for member in members if _may_be_export(member.filename)]
    if not candidates:
        raise _missing_export(members)
    named = [member for member in candidates if PurePosixPath(member.filename).name.lower() == "export.xml"]
    export = max(named or candidates, key=lambda member: member.file_size)
    if export.flag_bits & _ENCRYPTED_FLAG:
        raise ImportRefused("archive_encrypted", "The archive is protected by a password.")
    if export.compress_type not in _READABLE:
        raise ImportRefused("unsupported_compression", "The archive uses a compression that is not supported.")
    return export


def _is_unsafe(member: zipfile.ZipInfo) -> bool:
    for name in (member.filename, member.orig_filename):
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or "\0" in name or name[1:2] == ":":
            return True
    return False


def _may_be_export(name: str) -> bool:
    """The file is called `export.xml` only in English, so any XML at the top counts, but not the clinical copy."""
    path = PurePosixPath(name.lower())
    at_top = len(path.parts) in (1, 2) and path.parts[0] != "__macosx"
    return at_top and path.suffix == ".xml" and not path.stem.endswith("_cda")


def _missing_export(members: list[zipfile.ZipInfo]) -> ImportRefused:
    if any(member.filename.lower().endswith(".zip") for member in members):
        return ImportRefused("nested_archive", "The archive holds another archive; send the inner one.")
    return ImportRefused("no_export_found", "The archive holds no Apple Health export.")
