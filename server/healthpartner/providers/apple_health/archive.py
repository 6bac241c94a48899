"""Finds the export inside a zip, or takes the plain XML, and the routes beside it."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from healthpartner.providers.archives import Archive, ByteStream, StreamBroken, is_zip, open_archive, open_plain
from healthpartner.providers.contract import ImportRefused, Limits

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Export:
    """The export's XML, and the members of its archive that are routes, by file name."""

    xml: ByteStream
    archive: Archive | None = None
    routes: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    @contextmanager
    def route(self, path: str) -> Iterator[ByteStream | None]:
        """The route that a workout refers to, None where there is none. Raises StreamBroken."""
        member = self.routes.get(PurePosixPath(path).name.lower())
        if self.archive is None or member is None:
            yield None
            return
        try:
            with self.archive.stream(member) as stream:
                yield stream
        except ImportRefused as refused:
            raise StreamBroken(refused.reason) from refused


@contextmanager
def open_export(path: Path, limits: Limits) -> Iterator[Export]:
    """Raises ImportRefused when there is no export, or the archive is not safe."""
    with path.open("rb") as file:
        beginning = file.read(64)
    if beginning.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"<"):
        with open_plain(path, limits) as stream:
            yield Export(stream)
        return
    if not is_zip(beginning):
        raise ImportRefused("not_an_archive", "The file is neither a zip archive nor an XML export.")
    with open_archive(path, limits) as archive, archive.stream(_find_export(archive)) as stream:
        yield Export(stream, archive, {route: member for member in archive.members if (route := _route_name(member))})


def _find_export(archive: Archive) -> zipfile.ZipInfo:
    candidates = [member for member in archive.members if _may_be_export(member.filename)]
    if not candidates:
        raise _missing_export(archive.members)
    named = [member for member in candidates if PurePosixPath(member.filename).name.lower() == "export.xml"]
    return max(named or candidates, key=lambda member: member.file_size)


def _may_be_export(name: str) -> bool:
    """The file is called `export.xml` only in English, so any XML at the top counts, but not the clinical copy."""
    path = PurePosixPath(name.lower())
    at_top = len(path.parts) in (1, 2) and path.parts[0] != "__macosx"
    return at_top and path.suffix == ".xml" and not path.stem.endswith("_cda")


def _route_name(member: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(member.filename.lower())
    is_route = path.suffix == ".gpx" and path.parts[0] != "__macosx"
    return path.name if is_route else None


def _missing_export(members: list[zipfile.ZipInfo]) -> ImportRefused:
    if any(member.filename.lower().endswith(".zip") for member in members):
        return ImportRefused("nested_archive", "The archive holds another archive; send the inner one.")
    return ImportRefused("no_export_found", "The archive holds no Apple Health export.")
