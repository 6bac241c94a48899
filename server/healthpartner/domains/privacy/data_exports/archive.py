"""The archive as a stream of bytes: NDJSON by domain, one FHIR R4 bundle, and the member's files.

It is neither whole in memory nor on disk at any time; every file in it is written while its rows are read.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.privacy.data_exports.schemas import Section
from healthpartner.gateways.files.contract import FileMissing, FileStore

BLOCK_BYTES = 256 * 1024
BUNDLE = "fhir/bundle.json"

_encode = msgspec.json.Encoder().encode


class Archive:
    """`records` counts the rows of each file once the iteration has ended."""

    def __init__(self, uow: UnitOfWork, files: FileStore, sections: Sequence[Section]) -> None:
        self._uow, self._files, self._sections = uow, files, sections
        self._written = _Written()
        self.records: Counter[str] = Counter()

    async def blocks(self) -> AsyncIterator[bytes]:
        with ZipFile(self._written, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
            for part in (self._records, self._bundle, self._copies):
                async for _ in part(archive):
                    if self._written.size >= BLOCK_BYTES:
                        yield self._written.take()
            self._write_manifest(archive)
        yield self._written.take()

    async def _records(self, archive: ZipFile) -> AsyncIterator[None]:
        for section in self._sections:
            current, open_file = "", None
            async for name, rows in section.records(self._uow):
                if name != current:
                    _close(open_file)
                    current, open_file = name, self._opened(archive, f"{name}.ndjson")
                if open_file is not None:
                    lines = [_encode(row) + b"\n" for row in rows]
                    self.records[name] += len(lines)
                    open_file.write(b"".join(lines))
                yield
            _close(open_file)

    async def _bundle(self, archive: ZipFile) -> AsyncIterator[None]:
        now = self._uow.now()
        with self._opened(archive, BUNDLE) as file:
            file.write(_bundle_head(now))
            first = True
            for section in self._sections:
                if section.resources is None:
                    continue
                async for resources in section.resources(self._uow):
                    entries = b",\n".join(_encode(_entry(resource)) for resource in resources)
                    if entries:
                        file.write(entries if first else b",\n" + entries)
                        first = False
                    yield
            file.write(b"\n]}\n")

    async def _copies(self, archive: ZipFile) -> AsyncIterator[None]:
        for section in self._sections:
            if section.files is None:
                continue
            async for name, key in section.files(self._uow):
                with self._opened(archive, f"files/{name}") as file:
                    try:
                        async for block in self._files.open(key):
                            file.write(block)
                            yield
                    except FileMissing:
                        continue
                self.records["files"] += 1

    def _write_manifest(self, archive: ZipFile) -> None:
        told = {
            "user_id": self._uow.member_id,
            "exported_at": self._uow.now(),
            "records": dict(sorted(self.records.items())),
            "fhir_version": "4.0.1",
        }
        with self._opened(archive, "manifest.json") as file:
            file.write(msgspec.json.format(_encode(told), indent=2))

    def _opened(self, archive: ZipFile, name: str) -> IO[bytes]:
        info = ZipInfo(name, self._uow.now().timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        return archive.open(info, "w", force_zip64=True)


class _Written:
    """The archive's end that is not yet taken; it cannot seek, so the archive is written front to back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self._parts, self.size = b"".join(self._parts), [], 0
        return taken


def _bundle_head(now: datetime) -> bytes:
    return b'{"resourceType":"Bundle","type":"collection","timestamp":' + _encode(now) + b',"entry":[\n'


def _entry(resource: dict[str, object]) -> dict[str, object]:
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}


def _close(file: IO[bytes] | None) -> None:
    if file is not None:
        file.close()
